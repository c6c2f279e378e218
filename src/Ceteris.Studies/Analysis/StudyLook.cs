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
            return !isUnderWay ? new(Usual, null) : new(Usual, FormattableString.Invariant(
                $"This verdict is provisional, a look before the end: {blocks} of {study.Seeds.Count} planned seeds ")
                + $"{(blocks == 1 ? "has" : "have")} ended in all arms, so intervals and p do not keep their level.")
            {
                IsProvisional = true,
                IsEarly = true,
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
}
