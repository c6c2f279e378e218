using System.Globalization;

namespace Ceteris.Studies;

/// <summary>
/// Texts from outside, such as names of arms, for screens and pages: what could command a terminal, or turn the
/// direction of what follows, is shown as <c>\u001b</c>.
/// </summary>
public static class VisibleText
{
    /// <summary>The text, line breaks kept.</summary>
    public static string Of(string text) => !text.Any(IsInvisible) ? text
        : string.Concat(text.Select(c => IsInvisible(c) ? Shown(c) : c.ToString()));

    /// <summary>Whether a character acts instead of being seen; a line break is none.</summary>
    public static bool IsInvisible(char c) => (char.IsControl(c) && c != '\n')
        || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;

    /// <summary>A character by its number: <c>\u001b</c>.</summary>
    public static string Shown(char c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
