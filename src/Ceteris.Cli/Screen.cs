using System.Text;
using System.Text.RegularExpressions;

using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>
/// One stream of a terminal, or a file or pipe in its place, which gets no control characters. Colours are the
/// terminal's own basic ones, to be read on light and dark alike.
/// </summary>
sealed partial class Screen(TextWriter writer)
{
    public const int RedirectedWidth = 160;

    const int LeastWidth = 40, UsualWidth = 80;

    // What descriptions and plans contain; names that users gave stay as they are.
    static readonly Dictionary<char, string> plain =
        new("…·×→ᵀ–—−".Zip(["...", "*", "x", "->", "^T", "-", "-", "-"], KeyValuePair.Create));

    readonly Lock writing = new();

    /// <summary>Whether what is written can be overwritten.</summary>
    public bool IsLive { get; init; }

    public bool HasColour { get; init; }

    /// <summary>Whether it shows more than ASCII.</summary>
    public bool HasUnicode { get; init; }

    /// <summary>
    /// Why nothing more is shown, such as a full disk behind a redirection. It ends no training: what is written to the
    /// screen is lost, and the command says so in the end.
    /// </summary>
    public Exception? Failure { get; private set; }

    public Func<int> WidthNow { get; init; } = () => RedirectedWidth;

    /// <summary>Columns, at present; where nobody knows, a usual number.</summary>
    public int Columns => WidthNow() is > 0 and int columns ? columns : UsualWidth;

    /// <summary>Columns for what is broken between words: on a narrower screen it is broken there, too.</summary>
    public int Width => Math.Max(LeastWidth, Columns);

    public string Bold(string text) => Styled("1", text);

    public string Dim(string text) => Styled("2", text);

    public string Good(string text) => Styled("32", text);

    public string Bad(string text) => Styled("1;31", text);

    public string Warn(string text) => Styled("33", text);

    public string Accent(string text) => Styled("36", text);

    /// <summary>A text for this screen: the second one where there is only ASCII.</summary>
    public string Pick(string unicode, string ascii) => HasUnicode ? unicode : ascii;

    public void Line(string text = "") => Write(text + "\n");

    /// <summary>A text broken between words to the width of the screen.</summary>
    public void Paragraph(string text, int indent = 0) =>
        Line(new string(' ', indent) + Wrapped(Clean(text), indent, Width));

    /// <summary>
    /// A text whose only control characters are line breaks and the colours of this screen; others, whoever brought
    /// them, are shown as <see cref="VisibleText"/> does.
    /// </summary>
    public string Clean(string text) => !text.Any(VisibleText.IsInvisible) ? text
        : Control().Replace(text, found => found.Length > 1 && HasColour ? found.Value : VisibleText.Of(found.Value));

    /// <summary>A text broken between words; lines after the first are indented.</summary>
    public static string Wrapped(string text, int indent, int width)
    {
        var result = new StringBuilder();
        int at = indent;
        foreach (string word in text.Split(' '))
        {
            int length = LiveRegion.VisibleLength(word);
            if (at > indent && at + 1 + length > width)
            {
                result.Append('\n').Append(' ', indent);
                at = indent;
            }
            else if (at > indent)
            {
                result.Append(' ');
                at++;
            }
            result.Append(word);
            at += length;
        }
        return result.ToString();
    }

    public void Write(string text) => Draw(Clean(text));

    /// <summary>Writes a text that may move the cursor.</summary>
    public void Draw(string text)
    {
        if (!HasUnicode)
            text = string.Concat(text.Select(c => c < 128 ? c.ToString() : plain.GetValueOrDefault(c) ?? c.ToString()));
        lock (writing)
        {
            if (Failure is not null)
                return;
            try
            {
                writer.Write(text);
                writer.Flush();
            }
            catch (Exception e) when (StorageException.IsFileFailure(e))
            {
                Failure = e;
            }
        }
    }

    /// <summary>A colour of ours, or a character.</summary>
    [GeneratedRegex(@"\e\[(?:0|1|2|32|33|36|1;31)m|[^\n]")]
    private static partial Regex Control();

    string Styled(string code, string text) => HasColour && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
