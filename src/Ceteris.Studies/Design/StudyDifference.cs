using System.Globalization;

namespace Ceteris.Studies;

/// <summary>Whether two studies of one name ask the same.</summary>
static class StudyDifference
{
    /// <summary>
    /// What of the design differs, in words; null if it is at most the blocks, the other forms and what is said about
    /// the study.
    /// </summary>
    public static string? Between(Study there, Study here)
    {
        string[] all =
        [
            .. Arms(there, here),
            .. Values("the metric", there.Metric.Name, here.Metric.Name),
            .. Values("the margin", Margin(there), Margin(here)),
            .. Values("what a block draws", Draws(there), Draws(here)),
            .. Values("the list of looks", Looks(there), Looks(here)),
        ];
        return all.Length == 0 ? null : string.Join(", ", all);
    }

    /// <summary>The first arm that one of them has alone, else the keys of the first whose recipes differ.</summary>
    static IEnumerable<string> Arms(Study there, Study here)
    {
        string[] before = Names(there), now = Names(here);
        if (before.Except(now).FirstOrDefault() is { } gone)
            return [$"the arm '{gone}' is only there"];
        if (now.Except(before).FirstOrDefault() is { } added)
            return [$"the arm '{added}' is only here"];
        return there.Arms.Select(arm => (Before: arm, Now: here.Arms.First(other => other.Name == arm.Name)))
            .Where(pair => !pair.Before.Recipe.Equals(pair.Now.Recipe)).Take(1)
            .SelectMany(pair => RecipeKeys.All.SelectMany(key => Values($"{key.Name} of '{pair.Before.Name}'",
                pair.Before.Recipe[key.Name] ?? "not set", pair.Now.Recipe[key.Name] ?? "not set")));
    }

    static string[] Names(Study study) => [.. study.Arms.Select(arm => arm.Name)];

    static IEnumerable<string> Values(string what, string there, string here) =>
        there == here ? [] : [$"{what} is {there} there and {here} here"];

    static string Margin(Study study) => study.Margin?.ToString("R", CultureInfo.InvariantCulture)
        ?? (study.SuggestsMargin ? "suggested" : "none");

    static string Draws(Study study) => study.DrawsSubset ? "the seed and the subset" : "the seed";

    static string Looks(Study study) => $"[{string.Join(", ", study.Looks)}]";
}
