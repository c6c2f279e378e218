using System.Text;

namespace Ceteris.Studies;

/// <summary>
/// The one look of all figures: classes of a style sheet with a colour for light and one for dark surroundings. Series
/// colours are those of Okabe and Ito ("Color Universal Design", 2008), which colour-blind readers tell apart, darkened
/// for light paper and lightened for dark, so that lines and the labels in their colour have a contrast of at least 4.5
/// to 1 (WCAG 2.2, AA).
/// </summary>
static class PlotStyle
{
    public const string Paper = "ct-paper", Ink = "ct-ink", Soft = "ct-soft", Grid = "ct-grid", Axis = "ct-axis";
    public const string Heat = "ct-heat", Neutral = "ct-neutral", Heading = "ct-heading", Label = "ct-label";
    public const string Small = "ct-small", Figure = "ct-figure", Good = "ct-good";

    public const double HeadingSize = 17, LabelSize = 12.5, SmallSize = 11;

    /// <summary>Series in order of use: blue, vermilion, green, purple, yellow, grey.</summary>
    public static readonly (string Light, string Dark)[] Series =
    [
        ("#0072b2", "#56b4e9"), ("#c44e00", "#f0883e"), ("#007a5a", "#2fc296"), ("#a6417c", "#e59ac6"),
        ("#806600", "#e8d44d"),
        ("#57606a", "#9aa4af"),
    ];

    /// <summary>The series of what is no arm's own: the baseline, keys, what was not shown.</summary>
    public const int Grey = 5;

    /// <summary>After the baseline first the colours that no verdict has: no arm looks better by its colour.</summary>
    static readonly int[] arms = [Grey, 3, 4, 2, 0, 1];

    /// <summary>The series of an arm, counted from the baseline.</summary>
    public static int OfArm(int arm) => arms[arm % arms.Length];

    /// <summary>Plain colours: class, property, light, dark.</summary>
    public static readonly (string Class, string Property, string Light, string Dark)[] Colours =
    [
        (Paper, "fill", "#ffffff", "#0f141a"),
        (Ink, "fill", "#1b1f24", "#e6edf3"),
        (Soft, "fill", "#57606a", "#9aa4af"),
        (Grid, "stroke", "#e3e7eb", "#262d36"),
        (Axis, "stroke", "#8c959f", "#6e7782"),
        (Heat, "fill", "#e2703a", "#b5460f"),
        (Neutral, "fill", "#eef1f4", "#1b222b"),
        (Good, "fill", "#5aa5d6", "#1f6fa3"),
    ];

    /// <summary>Class of what is drawn as a line in the colour of a series.</summary>
    public static string Stroke(int series) => $"ct-line ct-s{series % Series.Length}";

    /// <summary>Class of what is filled in the colour of a series: dots, bars, labels.</summary>
    public static string Fill(int series) => $"ct-f{series % Series.Length}";

    /// <summary>
    /// The style sheet. Plain colours outside the media query, so that readers without dark mode show the light one.
    /// </summary>
    public static string Sheet()
    {
        var css = new StringBuilder();
        css.Append($".{Figure}{{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,");
        css.Append("sans-serif;font-variant-numeric:tabular-nums}\n");
        css.Append(Invariant($".{Heading}{{font-size:{HeadingSize}px;font-weight:600}}\n"));
        css.Append(Invariant($".{Label}{{font-size:{LabelSize}px}}\n.{Small}{{font-size:{SmallSize}px}}\n"));
        css.Append($".ct-strong{{font-weight:600}}\n.{Grid},.{Axis}{{stroke-width:1}}\n");
        css.Append(".ct-line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\n");
        css.Append(".ct-dashed{stroke-dasharray:5 4}\n.ct-fine{stroke-width:1.2}\n");
        css.Append(".ct-band{fill-opacity:.18}\n.ct-dot{fill-opacity:.55}\n");
        css.Append(".ct-faint{stroke-width:1;stroke-opacity:.35}\n");
        css.Append(".ct-thick{stroke-width:3}\n");
        AppendColours(css, dark: false);
        css.Append("@media screen and (prefers-color-scheme:dark){\n");
        AppendColours(css, dark: true);
        return css.Append("}\n").ToString();
    }

    /// <summary>
    /// About how wide a text is drawn, for margins; the font is the reader's, so this errs to the wide side.
    /// </summary>
    public static double TextWidth(string text, double size)
    {
        double em = 0;
        foreach (char c in text)
        {
            em += c switch
            {
                'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or '|' or '\'' or ' ' => 0.31,
                'f' or 't' or 'r' or '(' or ')' or '/' or '-' => 0.4,
                'm' or 'w' or 'M' or 'W' or '%' or '@' => 0.92,
                '+' or '−' or '±' or '=' or '<' or '>' or '×' => 0.75,
                >= 'A' and <= 'Z' => 0.7,
                > '\u2E80' => 1.05,
                _ => 0.6,
            };
        }
        return em * size;
    }

    /// <summary>As <see cref="TextWidth"/>, of a heading, whose letters are bolder.</summary>
    public static double HeadingWidth(string text) => 1.12 * TextWidth(text, HeadingSize);

    static void AppendColours(StringBuilder css, bool dark)
    {
        foreach ((string name, string property, string light, string darker) in Colours)
            css.Append($".{name}{{{property}:{(dark ? darker : light)}}}\n");
        for (int i = 0; i < Series.Length; i++)
        {
            string colour = dark ? Series[i].Dark : Series[i].Light;
            css.Append(Invariant($".ct-s{i}{{stroke:{colour}}}\n.ct-f{i}{{fill:{colour}}}\n"));
        }
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
