namespace Ceteris.Kernels;

/// <summary>
/// "Did you mean": the known word that an unknown one is probably meant to be. Here, for all that reads words stands
/// above.
/// </summary>
public static class Nearest
{
    const int LeastPart = 3;

    /// <summary>
    /// Which known word is probably meant, or null. Case and punctuation do not count. Best is an equal one, then one
    /// with a single typing error, one that begins with the word, one that contains it, one with errors in at most a
    /// third of the letters, and the longest one that the word begins with; among equally good ones the first.
    /// </summary>
    public static string? Of(string word, IEnumerable<string> known) => Of(word, known.Select(name => (name, name)));

    /// <summary>The same where some words, such as those of other programs, are known to stand for another.</summary>
    public static string? Of(string word, IEnumerable<(string Known, string Meant)> known)
    {
        return Letters(word).Length == 0 ? null : known.Select(pair => (pair.Meant, Score: Score(word, pair.Known)))
            .Where(pair => pair.Score is not null).OrderBy(pair => pair.Score).Select(pair => pair.Meant)
            .FirstOrDefault();
    }

    /// <summary>The text <c>; did you mean 'X'?</c>, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> known) => Hint(Of(word, known));

    /// <summary>The same where some words are known to stand for another.</summary>
    public static string Hint(string word, IEnumerable<(string Known, string Meant)> known) => Hint(Of(word, known));

    /// <summary>The same for a word that is found already.</summary>
    public static string Hint(string? meant) => meant is null ? "" : $"; did you mean '{meant}'?";

    /// <summary>
    /// How many letters to insert, delete, replace or swap with their neighbour to get from one word to another.
    /// </summary>
    public static int EditDistance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }
                int replaced =
                    d[i - 1, j - 1] + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }

    /// <summary>
    /// The less the nearer; null for words that have nothing to do with each other. <c>group.word</c> is meant to be
    /// another of that form, and where the group is the same, only the word counts.
    /// </summary>
    static (int Way, int Cost)? Score(string given, string known)
    {
        int group = given.LastIndexOf('.') + 1;
        bool isSame = group < given.Length && known.StartsWith(given[..group], StringComparison.OrdinalIgnoreCase);
        if (group > 0 && !known.Contains('.'))
            return null;
        string word = Letters(isSame ? given[group..] : given), name = Letters(isSame ? known[group..] : known);
        int distance = EditDistance(word, name);
        return distance == 0 ? (0, 0)
            : distance == 1 && word.Length > LeastPart ? (1, 0)
            : name.StartsWith(word, StringComparison.Ordinal) ? (2, 0)
            : word.Length >= LeastPart && name.Contains(word, StringComparison.Ordinal) ? (3, 0)
            : word.Length > 1 && distance <= Math.Max(1, word.Length / 3) ? (4, distance)
            : name.Length >= LeastPart && word.StartsWith(name, StringComparison.Ordinal) ? (5, -name.Length)
            : null;
    }

    static string Letters(string text) =>
        string.Concat(text.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));
}
