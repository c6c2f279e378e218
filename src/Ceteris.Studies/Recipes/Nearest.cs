using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>"Did you mean": the known word that an unknown one is probably meant to be.</summary>
public static class Nearest
{
    /// <summary>
    /// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours from
    /// <paramref name="word"/>, if these are at most a third of its letters (at least one); else one that begins with
    /// or ends in it; else null.
    /// </summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        string[] all = [.. candidates];
        string? best = all.MinBy(candidate => SettingException.EditDistance(word, candidate));
        if (best is not null && SettingException.EditDistance(word, best) <= Math.Max(1, word.Length / 3))
            return best;
        return word.Length < 2 ? null : all.FirstOrDefault(candidate =>
            candidate.StartsWith(word, StringComparison.Ordinal) || candidate.EndsWith(word, StringComparison.Ordinal));
    }

    /// <summary>The text <c>; did you mean X?</c>, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Of(word, candidates) is { } near ? $"; did you mean '{near}'?" : "";
}
