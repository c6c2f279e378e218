using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>At which level a study may claim something now.</summary>
/// <param name="Alpha">0.05, or that of the planned look.</param>
/// <param name="Note">What to say about it; null with a single look at the end.</param>
public sealed record StudyLook(double Alpha, string? Note)
{
    /// <summary>The level of a study that is looked at once.</summary>
    public const double Usual = 0.05;

    /// <summary>
    /// With planned looks the level of the one at hand; between two of them the strictest, and the verdict is
    /// provisional.
    /// </summary>
    /// <param name="study">Whose looks.</param>
    /// <param name="blocks">Blocks that have ended in every arm.</param>
    /// <param name="isUnderWay">Whether runs are still to do.</param>
    public static StudyLook Of(Study study, int blocks, bool isUnderWay = false)
    {
        if (study.Looks.Count == 0)
        {
            return !isUnderWay ? new(Usual, null) { AfterLooks = Seen(study) } : new(Usual, FormattableString.Invariant(
                $"This verdict is provisional, a look before the end: {blocks} of {study.Seeds.Count} planned seeds ")
                + $"{(blocks == 1 ? "has" : "have")} ended in all arms, so intervals and p do not keep their level.")
            {
                IsProvisional = true,
                IsEarly = true,
                AfterLooks = Seen(study),
            };
        }
        PlannedLooks plan = PlannedLooks.Of(study.Looks);
        string all = InWords.List([.. plan.Seeds.Select(n => FormattableString.Invariant($"{n}"))]);
        string next = plan.NextAfter(blocks) is { } n ? FormattableString.Invariant($"; the next look is at {n} seeds")
            : "";
        if (!plan.Seeds.Contains(blocks))
        {
            return new(plan.NominalP.Min(), FormattableString.Invariant(
                $"This verdict is provisional: looks were planned at {all} seeds, and there are {blocks} now{next}."))
            {
                IsProvisional = true,
            };
        }
        double alpha = plan.NominalPAt(blocks);
        return new(alpha, FormattableString.Invariant(
            $"This is the planned look at {blocks} seeds, of those at {all}: a claim asks for p < {alpha:0.0000}{next}."));
    }

    /// <summary>Whether it comes between the planned looks, or before the only one.</summary>
    public bool IsProvisional { get; init; }

    /// <summary>Whether it comes before the only one, so that no level was put aside for it.</summary>
    public bool IsEarly { get; init; }

    /// <summary>
    /// What follows from results that were seen before the blocks were changed (<see cref="Study.Seen"/>); null if that
    /// was not so, or such looks were planned.
    /// </summary>
    public string? AfterLooks { get; init; }

    /// <summary>Whether the usual interval does not hold, so that the one that holds at any look is told, too.</summary>
    public bool ShowsAlwaysValid => IsEarly || AfterLooks is not null;

    static string? Seen(Study study) => study.Seen.Count == 0 ? null
        : "The number of seeds was changed after results had been seen (at "
            + $"{InWords.List([.. study.Seen.Select(n => FormattableString.Invariant($"{n}"))])} "
            + $"seed{(study.Seen is [1] ? "" : "s")}), and no such look was planned. So the usual intervals and p are not "
            + "exact: who looks and goes on until something shows finds more than there is."
            + (study.Arms.Count == 1 ? ""
                : " The interval that is valid however often one looks does hold, and is told beside them.");
}
