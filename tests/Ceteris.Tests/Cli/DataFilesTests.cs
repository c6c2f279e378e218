using System.Security.Cryptography;
using System.Text;

using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>A run's certificate names the files that its images were read from, and verify looks at them.</summary>
public sealed class DataFilesTests : IDisposable
{
    readonly SmallData data = new();

    public void Dispose() => data.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AreRecordedAsTheyLieOnTheDisk(bool compressed)
    {
        if (compressed)
            data.Compress(0);
        Train();
        DataFile[] expected =
            [.. IdxFolder.FileNames.Select((_, i) => Of(data.File(i) + (compressed && i == 0 ? ".gz" : "")))];
        Assert.Equal(expected, Recorded());
    }

    [Fact]
    public void AreTwoFilesOfCsv()
    {
        ToCsv();
        Train();
        Assert.Equal([Of(data["kmnist_train.csv"]), Of(data["kmnist_test.csv"])], Recorded());
        Assert.Equal(0, Verify("L0", out _));
    }

    [Fact]
    public void OfTwoSetsAreThoseThatWereUsed()
    {
        CliRun run = CliRun.Here(data.Train("fc8", "run", "--test-data", "digits"));
        Assert.True(run.Code == 0, run.ToString());
        Assert.Equal(
            [
                "kmnist/train-images-idx3-ubyte", "kmnist/train-labels-idx1-ubyte", "digits/digits.bin",
            ],
            Recorded().Select(file => file.Name));
        Assert.Equal((Digits.CacheFile.Size, Digits.CacheFile.Sha256), (Recorded()[2].Size, Recorded()[2].Sha256));
    }

    [Fact]
    public void AreVerifiedWhereTheyAreFound()
    {
        Train();
        Assert.Equal(0, Verify("L0", out string all));
        Assert.All(Recorded(), file => Assert.Contains($"ok   L0  {file.Name} ", all, StringComparison.Ordinal));

        byte[] labels = File.ReadAllBytes(data.File(3));
        labels[^1] ^= 1;
        File.WriteAllBytes(data.File(3), labels);
        Assert.Equal(1, Verify("L0", out string changed));
        Assert.Contains($"FAIL L0  kmnist/{Path.GetFileName(data.File(3))}", changed, StringComparison.Ordinal);
        Assert.Equal(1, Verify("L1", out changed));
        Assert.Contains("FAIL L1  content of the data", changed, StringComparison.Ordinal);
    }

    /// <summary>Packed in another way they are other files, but the same images.</summary>
    [Fact]
    public void MayBePackedAnew()
    {
        Train();
        ToCsv();
        Assert.Equal(0, Verify("L1", out string report));
        Assert.DoesNotContain("kmnist/", report, StringComparison.Ordinal);
        Assert.Contains("ok   L1  content of the data", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kmnist/../../secret")]
    [InlineData("../secret")]
    [InlineData("kmnist/..")]
    [InlineData("kmnist")]
    [InlineData("/secret")]
    public void NoNameLeadsOutOfTheFolders(string name)
    {
        File.WriteAllText(data["secret"], "");
        Assert.Null(new DataFolders(data["kmnist"], [], data["cache"]).Find(name));
    }

    void Train()
    {
        CliRun run = CliRun.Here(data.Train("fc8", "run"));
        Assert.True(run.Code == 0, run.ToString());
    }

    int Verify(string level, out string report)
    {
        CliRun run = CliRun.Here("verify", data["run"], "--level", level, "--data-dir", data.Root);
        report = run.Out;
        return run.Code;
    }

    IReadOnlyList<DataFile> Recorded() => RunReader.Open(data["run"]).Certificate!.Data.Files;

    static DataFile Of(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return new($"kmnist/{Path.GetFileName(path)}", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    void ToCsv()
    {
        ImageSplits splits = DataSets.Find("kmnist").Load(new(data.Root, [], data["cache"]));
        Directory.Delete(data["kmnist"], recursive: true);
        foreach ((string part, ImageSet images) in new[] { ("train", splits.Train), ("test", splits.Test) })
        {
            var text = new StringBuilder();
            for (int i = 0; i < images.Count; i++)
                text.Append(images.Label(i)).Append(',').AppendJoin(',', images.Pixels(i).ToArray()).Append('\n');
            File.WriteAllText(data[$"kmnist_{part}.csv"], text.ToString());
        }
    }
}
