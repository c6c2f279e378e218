using System.Globalization;

namespace Ceteris.Benchmarks;

/// <summary>
/// Data caches in bytes: the first two of a core, the third of all cores together; 0 where there is none.
/// </summary>
sealed record CacheSizes(long L1, long L2, long L3)
{
    /// <summary>As the system tells; errors: <see cref="IOException"/> where it does not.</summary>
    public static CacheSizes OfThisMachine()
    {
        var sizes = new Dictionary<string, long>();
        foreach (string folder in Directory.GetDirectories("/sys/devices/system/cpu/cpu0/cache", "index*"))
        {
            string Fact(string name) => File.ReadAllText(Path.Combine(folder, name)).Trim();
            if (Fact("type") != "Instruction")
                sizes[Fact("level")] = 1024 * long.Parse(Fact("size").TrimEnd('K'), CultureInfo.InvariantCulture);
        }
        return new(sizes.GetValueOrDefault("1"), sizes.GetValueOrDefault("2"), sizes.GetValueOrDefault("3"));
    }

    /// <summary>
    /// What each of some threads works on so that it stays in a cache and not in the one before: half of the first and
    /// of the second; of the third, which others share, its eighth, but several times the second; for memory four times
    /// all of the third.
    /// </summary>
    public IEnumerable<(string Level, long Bytes)> WorkingSets(int threads)
    {
        yield return ("L1", L1 / 2);
        yield return ("L2", L2 / 2);
        if (L3 > 0)
            yield return ("L3", Math.Max(L3 / 8, 4 * L2 * threads) / threads);
        yield return ("memory", 4 * Math.Max(L3, 16 * L2) / threads);
    }
}
