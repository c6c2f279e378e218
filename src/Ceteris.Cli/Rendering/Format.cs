using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>Numbers for people, the same everywhere.</summary>
static class Format
{
    static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    // It is for programs and not for a page of the web.
    static readonly JsonSerializerOptions relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Count(long count) => count.ToString("N0", culture);

    /// <summary>A share in [0, 1]: <c>97.31 %</c>.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.00", culture) + " %";

    public static string Loss(double loss) => loss is 0 or (>= 0.0001 and < 10_000) ? loss.ToString("0.0000", culture)
        : loss.ToString("0.000E+0", culture);

    public static string Number(double number) => number.ToString("0.####", culture);

    public static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => $"{Count(bytes)} bytes",
        < 10_000_000 => string.Create(culture, $"{bytes / 1e3:0.0} kB"),
        _ => string.Create(culture, $"{bytes / 1e6:0.0} MB"),
    };

    public static string Duration(double seconds) => seconds switch
    {
        < 0.9995 => string.Create(culture, $"{1000 * seconds:0} ms"),
        < 9.95 => string.Create(culture, $"{seconds:0.0} s"),
        < 59.5 => string.Create(culture, $"{seconds:0} s"),
        < 3600 => string.Create(culture, $"{(int)Math.Round(seconds) / 60} min {(int)Math.Round(seconds) % 60:00} s"),
        _ => string.Create(culture, $"{(long)seconds / 3600} h {(long)seconds / 60 % 60:00} min"),
    };

    /// <summary>The beginning of a hash, enough to tell two apart by eye.</summary>
    public static string Hash(string sha256, Screen screen) => sha256[..16] + screen.Pick("…", "...");

    /// <summary>A text from a file, for a screen, without any colour of its own.</summary>
    public static string Plain(string text) => VisibleText.Of(text);

    /// <summary>JSON on one line, in ASCII, where only what must be is escaped.</summary>
    public static string Json(JsonNode node) => string.Concat(node.ToJsonString(relaxed)
        .Select(c => c < 128 ? c.ToString() : string.Create(culture, $"\\u{(int)c:x4}")));

    /// <summary><c>1 run</c>, <c>2 runs</c>.</summary>
    public static string Plural(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";
}
