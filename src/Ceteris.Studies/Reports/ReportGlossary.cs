using System.Text.RegularExpressions;

namespace Ceteris.Studies;

/// <summary>
/// Words that a newcomer may not know, explained once: in the section that has them first.
/// </summary>
sealed partial class ReportGlossary
{
    static readonly (Regex Pattern, string Term, string Meaning)[] terms =
    [
        (Seed(), "seed",
            "Fixes everything random in a run: order of the images, initial weights, dropout masks. All arms run "
            + "with the same seeds, and are compared seed by seed."),
        (Points(), "points",
            "Percentage points: from 97 % to 98 % is one point."),
        (Intervals(), "95 % interval",
            "Where the true value lies, as far as these seeds tell: of many such intervals 95 % contain it."),
        (Decided(), "verdict",
            "Better or worse: the difference is not chance. Equivalent: it was shown to be too small to matter. "
            + "Undecided: neither was shown; that is not the same as no difference."),
        (Margin(), "margin",
            "The largest difference that does not matter, declared before the runs."),
        (P(), "p",
            "How often chance alone would give a difference at least this large. Below 0.05 it is called shown."),
        (Holm(), "Holm",
            "With several comparisons one is easily large by chance; Holm's correction makes each ask for more, so "
            + "that the chance of any false claim stays at 5 %."),
        (Fdr(), "Benjamini–Hochberg",
            "A correction for many comparisons at once: few of what is called shown are false. A screen, not a proof."),
        (Deviation(), "standard deviation",
            "How far single runs typically lie from their mean."),
        (MultiplyAdds(), "multiply-adds",
            "Multiplications with an addition that the network does for one image: its work."),
        (Interaction(), "interaction",
            "How much the effect of one factor depends on another."),
        (Confound(), "confound",
            "Something else that differs between the arms, and may be what makes the difference."),
        (SignFlip(), "sign-flip test",
            "Were the arms alike, every difference could as well have had the other sign: the share of sign patterns "
            + "at least as extreme. Assumes no distribution, and cannot go below 0.06 with five seeds."),
        (ErrorRatio(), "error ratio",
            "The error as a multiple of the baseline's: 0.5 is half the errors."),
        (Correlation(), "paired, ρ",
            "A seed that is lucky in one arm tends to be lucky in the other (ρ is by how much). Comparing within seeds "
            + "removes that luck; the gain is how many times the seeds an unpaired study would need."),
        (Omnibus(), "F test",
            "Asks whether the arms differ at all; ε corrects it where some pairs scatter more than others."),
        (Recall(), "recall",
            "Of the images of a class, the share that is recognised."),
        (PowerLaw(), "power law",
            "The error falls by the same factor each time the number of images doubles."),
        (Bend(), "bend",
            "By how much the change per doubling changes from one doubling to the next: against the slope, it levels "
            + "off."),
    ];

    readonly HashSet<string> told = [];

    /// <summary>Terms of this text that no text before had, with what they mean.</summary>
    public IReadOnlyList<(string Term, string Meaning)> First(string text) =>
        [.. terms.Where(term => term.Pattern.IsMatch(text) && told.Add(term.Term))
            .Select(term => (term.Term, term.Meaning))];

    [GeneratedRegex(@"\bseeds?\b")]
    private static partial Regex Seed();

    [GeneratedRegex(@"\bpoints\b")]
    private static partial Regex Points();

    [GeneratedRegex("% interval")]
    private static partial Regex Intervals();

    [GeneratedRegex(@"\b([Uu]ndecided|[Ee]quivalent)\b")]
    private static partial Regex Decided();

    [GeneratedRegex("margin|inside ±")]
    private static partial Regex Margin();

    [GeneratedRegex(@"\bp [<=]|^p$|\| p(?![a-z])", RegexOptions.Multiline)]
    private static partial Regex P();

    [GeneratedRegex("Holm")]
    private static partial Regex Holm();

    [GeneratedRegex("Benjamini")]
    private static partial Regex Fdr();

    [GeneratedRegex("standard deviation")]
    private static partial Regex Deviation();

    [GeneratedRegex("multiply-adds", RegexOptions.IgnoreCase)]
    private static partial Regex MultiplyAdds();

    [GeneratedRegex("interaction")]
    private static partial Regex Interaction();

    [GeneratedRegex("[Cc]onfound|Not all else is equal")]
    private static partial Regex Confound();

    [GeneratedRegex("[Ss]ign-flip")]
    private static partial Regex SignFlip();

    [GeneratedRegex("[Ee]rror ratio")]
    private static partial Regex ErrorRatio();

    [GeneratedRegex("ρ")]
    private static partial Regex Correlation();

    [GeneratedRegex("ε")]
    private static partial Regex Omnibus();

    [GeneratedRegex(@"\b[Rr]ecall")]
    private static partial Regex Recall();

    [GeneratedRegex("[Pp]ower (law|of)")]
    private static partial Regex PowerLaw();

    [GeneratedRegex(@"\b[Bb]end\b")]
    private static partial Regex Bend();
}
