using System.Text;

namespace Ceteris.Cli;

/// <summary>Where a command reads and writes.</summary>
/// <param name="Out">Standard output: what was asked for.</param>
/// <param name="Error">Standard error: errors, and with <c>--json</c> all that is for people.</param>
sealed record Terminal(Screen Out, Screen Error)
{
    public static Terminal OfProcess()
    {
        bool dumb = Environment.GetEnvironmentVariable("TERM") is "dumb" or ""
            || (!OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable("TERM") is null);
        bool colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && !dumb;
        bool unicode = HasUnicode();
        Screen Of(Stream stream, bool redirected) => new(Writer(stream))
        {
            IsLive = !redirected && !dumb,
            HasColour = !redirected && colour,
            HasUnicode = !redirected && unicode,
            WidthNow = redirected ? () => Screen.RedirectedWidth : () => Console.WindowWidth,
        };
        return new(Of(Console.OpenStandardOutput(), Console.IsOutputRedirected),
            Of(Console.OpenStandardError(), Console.IsErrorRedirected));
    }

    /// <summary>Where the words for people go when standard output is kept for a line of JSON.</summary>
    public Screen People(bool json) => json ? Error : Out;

    // One write for each line or frame: what the system shows is never half of one.
    static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(false), 4096) { AutoFlush = false };

    /// <summary>
    /// As C libraries decide: the first of these variables that is set counts; without any the locale is C.
    /// </summary>
    static bool HasUnicode()
    {
        if (OperatingSystem.IsWindows())
            return Console.OutputEncoding is UTF8Encoding or UnicodeEncoding;
        string? locale = new[] { "LC_ALL", "LC_CTYPE", "LANG" }.Select(Environment.GetEnvironmentVariable)
            .FirstOrDefault(v => !string.IsNullOrEmpty(v));
        return locale is not null && locale.Replace("-", "").Contains("UTF8", StringComparison.OrdinalIgnoreCase);
    }
}
