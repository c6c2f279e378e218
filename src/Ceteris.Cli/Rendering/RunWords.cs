using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>Parts of runs in words.</summary>
static class RunWords
{
    /// <summary><c>98.12 %, 9,812 of 10,000, loss 0.0612</c></summary>
    public static string Of(Tally tally) => $"{Format.Percent(tally.Accuracy)}, {Format.Count(tally.Correct)} of "
        + $"{Format.Count(tally.Total)}, loss {Format.Loss(tally.Loss)}";

    /// <summary>The classes that a run tells apart; numbers, if its data set is not known here.</summary>
    public static IReadOnlyList<string> ClassesOf(Recipe recipe, int count) =>
        DataSets.All.FirstOrDefault(set => set.Name == recipe.TestData)?.Classes is { } names && names.Count == count
            ? names : [.. Enumerable.Range(0, count).Select(c => $"{c}")];
}
