namespace Ceteris.Studies;

/// <summary>"Did you mean": the known word that an unknown one is probably meant to be.</summary>
public static class Nearest
{
    /// <summary>
    /// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours from <paramref name="word"/>, if these
    /// are at most a third of its letters (at least one); else one that begins with or ends in it; else null.
    /// </summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        string[] all = [.. candidates];
        string? best = all.MinBy(candidate => Distance(word, candidate));
        if (best is not null && Distance(word, best) <= Math.Max(1, word.Length / 3))
            return best;
        return word.Length < 2 ? null : all.FirstOrDefault(candidate =>
            candidate.StartsWith(word, StringComparison.Ordinal) || candidate.EndsWith(word, StringComparison.Ordinal));
    }

    /// <summary>The text <c>; did you mean X?</c>, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Of(word, candidates) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>Restricted Damerau-Levenshtein distance.</summary>
    static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
