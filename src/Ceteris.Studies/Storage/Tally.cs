using System.Globalization;
using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>
/// What one pass over images gave: how many were classified correctly, out of how many, and their mean loss.
/// </summary>
public sealed record Tally(long Correct, long Total, double Loss)
{
    /// <summary>Share of correct images in [0, 1].</summary>
    public double Accuracy => Total == 0 ? 0 : (double)Correct / Total;

    // One NaN for all processors: its sign differs between them.
    long LossBits =>
        BitConverter.DoubleToInt64Bits(double.IsNaN(Loss) ? BitConverter.Int64BitsToDouble(0x7FF8000000000000) : Loss);

    internal JsonObject ToJson() => new()
    {
        ["correct"] = Correct,
        ["total"] = Total,
        ["loss"] = CanonicalJson.Number(Loss),
        ["lossBits"] = LossBits.ToString("x16", CultureInfo.InvariantCulture),
    };

    internal static Tally FromJson(JsonFields fields)
    {
        var tally = new Tally(fields.Integer("correct"), fields.Integer("total"), Bits(fields));
        if (tally.Correct < 0 || tally.Correct > tally.Total)
            throw fields.Wrong("correct", $"0 to {tally.Total}");
        if (!fields.Number("loss").Equals(tally.Loss))
            throw fields.Wrong("loss", $"the value of the bits, {CanonicalJson.Number(tally.Loss).ToJsonString()}");
        fields.End();
        return tally;
    }

    static double Bits(JsonFields fields)
    {
        string text = fields.String("lossBits");
        return text.Length == 16
            && long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long bits)
            ? BitConverter.Int64BitsToDouble(bits)
            : throw fields.Wrong("lossBits", "16 hexadecimal digits");
    }
}
