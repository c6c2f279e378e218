using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>
/// An arm whose runs ended with the same weights, to the bit, as those of another arm: a mistake of the configuration,
/// not a result. There is nothing to compare.
/// </summary>
/// <param name="With">The other arm: the baseline, or an earlier one.</param>
/// <param name="Keys">Keys of the recipe in which the two differ, and which took no effect.</param>
/// <param name="Seeds">In how many seeds both have finished.</param>
public sealed record SameWeights(string With, IReadOnlyList<string> Keys, int Seeds)
{
    /// <summary>
    /// The first of the arms before it that gave the same weights and the same predictions in every seed that both
    /// have finished; null if there is none.
    /// </summary>
    internal static SameWeights? Of(ArmOutcome arm, IEnumerable<ArmOutcome> before) => before.Select(other =>
    {
        // Predictions too: what is changed may be the test images alone.
        bool[] equal =
        [
            .. from a in other.Blocks
               join b in arm.Blocks on a.Seed equals b.Seed
               let x = a.Run?.Result
               let y = b.Run?.Result
               where x is not null && y is not null
               select x.WeightsSha256 == y.WeightsSha256 && x.PredictionsSha256 == y.PredictionsSha256,
        ];
        return equal.Length == 0 || !equal.All(same => same) ? null
            : new SameWeights(other.Name, Differences(other.Arm.Recipe, arm.Arm.Recipe), equal.Length);
    }).FirstOrDefault(same => same is not null);

    static IReadOnlyList<string> Differences(Recipe before, Recipe after) =>
        [.. RecipeKeys.All.Select(key => key.Name).Where(key => before[key] != after[key])];

    /// <summary>Why the arm has no value to compare.</summary>
    public string Reason => $"has the same weights as {With}";

    /// <summary>All that there is to say of the arm.</summary>
    public string Sentence(string arm) =>
        $"{arm} and {With} are one configuration: their final weights are the same in "
            + (Seeds == 1 ? "the only seed" : FormattableString.Invariant($"all {Seeds} seeds"))
            + $" that both have finished. The setting ({InWords.List(Keys)}) took no effect, and there is nothing to "
            + "compare.";
}
