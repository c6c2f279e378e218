using System.Text;
using Ceteris.Data;

namespace Ceteris.Tests;

public sealed class CsvTests
{
    static readonly ImageSet Images = TestImages.Random(5, [1, 2, 2]);

    public static string Format(ImageSet images, bool header, string end = "\n")
    {
        var text = new StringBuilder();
        if (header)
            text.Append("label,").AppendJoin(',', Enumerable.Range(0, images.Image.Elements).Select(i => $"p{i}")).Append(end);
        for (int i = 0; i < images.Count; i++)
            text.Append(images.Label(i)).Append(',').AppendJoin(',', images.Pixels(i).ToArray()).Append(end);
        return text.ToString();
    }

    static ImageSet Parse(string text) =>
        CsvImages.Parse("x", Encoding.UTF8.GetBytes(text), "m.csv", [1, 2, 2], TestImages.TenClasses);

    [Theory]
    [InlineData(false, "\n")]
    [InlineData(true, "\n")]
    [InlineData(true, "\r\n")]
    public void ReadsWithAndWithoutHeader(bool header, string end)
    {
        string text = Format(Images, header, end);
        Assert.Equal(Images.Sha256, Parse(text).Sha256);
        Assert.Equal(Images.Sha256, Parse("\uFEFF" + text.TrimEnd()).Sha256);
        Assert.Equal(Images.Sha256, Parse(text.Replace(",", ", ", StringComparison.Ordinal)).Sha256);
        string quoted = "\"" + text.TrimEnd().Replace(",", "\",\"", StringComparison.Ordinal)
            .Replace(end, $"\"{end}\"", StringComparison.Ordinal) + "\"";
        Assert.Equal(Images.Sha256, Parse(quoted).Sha256);
    }

    [Theory]
    [InlineData("1,0,0,0,0\n2,0,256,0,0\n", "line 2, column 5: expected pixel 2 from 0 to 255, got '256'")]
    [InlineData("1,0,0,0,0\n2,0,x,0,0\n", "line 2, column 5")]
    [InlineData("1,0,0,0,0\n2,0,,0,0\n", "line 2, column 5: expected pixel 2 from 0 to 255, got ''")]
    [InlineData("1,0,0,0,0\n2,0,-1,0,0\n", "line 2, column 5")]
    [InlineData("1,0,0,0,0\n2,0,\"1,0,0\n", "line 2, column 5: expected pixel 2 from 0 to 255, got '\"1'")]
    [InlineData("1,0,0,0,0\n2,0,\",0,0\n", "line 2, column 5")]
    [InlineData("1,0,0,0,0\n2,0,\"\",0,0\n", "line 2, column 5")]
    [InlineData("1,0,0,0,0\n2,0,1.5,0,0\n", "line 2, column 5")]
    [InlineData("1,0,0,0,0\n2,0,1e1,0,0\n", "line 2, column 5")]
    [InlineData("1,0,0,0,0\n10,0,0,0,0\n", "line 2, column 1: expected a label from 0 to 9, got '10'")]
    [InlineData("1,0,0,0\n", "line 1, column 8: expected 5 fields (a label and 4 pixels), got 4")]
    [InlineData("1,0,0,0,0,0\n", "line 1, column 11: expected the end of the row after 5 fields")]
    [InlineData("1,0,0,0,0\n\n1,0,0,0,0\n", "line 2, column 1")]
    [InlineData("label,a,b,c,d\nlabel,a,b,c,d\n", "line 2, column 1")]
    [InlineData("label,a,b,c,d\n", "got none")]
    [InlineData("", "got none")]
    public void SaysLineAndColumn(string text, string expected)
    {
        var e = Assert.Throws<DataException>(() => Parse(text));
        Assert.StartsWith("m.csv", e.Message);
        Assert.Contains(expected, e.Message);
    }
}
