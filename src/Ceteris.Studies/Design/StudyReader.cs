using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>Reads a study file (YAML, or the JSON of <see cref="StudyWriter"/>). Unknown keys are refused.</summary>
public static class StudyReader
{
    static readonly string[] seedOnly = ["seed"], seedAndSubset = ["seed", "subset"];

    /// <summary>Quantities that a study may vary on purpose, as in <see cref="Study.Varies"/>.</summary>
    internal static IReadOnlyList<string> Quantities { get; } =
        ["parameters", "multiply-adds", "steps", "images seen", "lr × batch"];

    /// <param name="path">Of the file.</param>
    /// <param name="source">What messages call it; its name, if null.</param>
    /// <exception cref="StudyException">Says what was expected, what came, and at which line and column.</exception>
    public static Study ReadFile(string path, string? source = null)
    {
        try
        {
            return Read(File.ReadAllText(path), source ?? Path.GetFileName(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StudyException($"cannot be read: {e.Message}", path);
        }
    }

    /// <exception cref="StudyException">Says what was expected, what came, and at which line and column.</exception>
    public static Study Read(string text, string source)
    {
        YamlMap root = YamlDocument.Read(text, source);
        YamlMap baseline = root.Map("baseline");
        (IReadOnlyList<long> seeds, bool drawsSubset) =
            (Seeds(root) ?? Study.FirstSeeds(Study.DefaultBlocks), Draws(root));
        var study = new Study
        {
            Name = Name(root),
            Question = root.Text("question"),
            About = root.OptionalText("about")?.Trim() ?? "",
            BaselineName = baseline.Text("name"),
            Baseline = Settings(baseline, "name"),
            Factors = root.Has("factors") ? Factors(root.Map("factors")) : [],
            Seeds = seeds,
            DrawsSubset = drawsSubset,
            Metric = root.OptionalText("metric") is { } metric
                ? At(root, "metric", () => StudyMetric.Find(metric)) : StudyMetric.TestAccuracy,
            Margin = Margin(root),
            SuggestsMargin = root.OptionalText("margin") == "suggested",
            Looks = root.Has("looks") ? Looks(root) : [],
            Varies = root.Has("varies") ? Varies(root) : [],
            Reference = root.Has("reference") ? Reference(root.Map("reference")) : null,
            ProbesLayers = root.Flag("layers"),
            Quick = Form(root, "quick"),
            Full = Form(root, "full"),
        };
        root.End("in a study");
        Try(baseline, () => StudyArms.RecipeOf(study));
        Try(root.Has("factors") ? root.Map("factors") : root, () => CheckReference(root, study));
        if (study.Quick is not null)
            Try(root.Map("quick"), () => study.Quickly().Arms);
        if (study.Full is not null)
            Try(root.Map("full"), () => study.Fully().Arms);
        return study;
    }

    static string Name(YamlMap root)
    {
        string name = root.Text("study");
        bool isPlain = name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)
            || c == '-');
        return isPlain ? name
            : throw root.Wrong("study", $"expected a name of small letters, digits and hyphens, got '{name}'");
    }

    static IReadOnlyList<long>? Seeds(YamlMap map)
    {
        if (!map.Has("blocks"))
            return null;
        long[] numbers = [.. map.Texts("blocks").Select(text => Whole(map, "blocks", text, 0))];
        if (map.IsList("blocks"))
            return numbers;
        return numbers[0] is >= 1 and <= 10_000 ? Study.FirstSeeds((int)numbers[0])
            : throw map.Wrong("blocks", $"expected 1 to 10000 blocks, or a list of seeds, got {numbers[0]}");
    }

    static bool Draws(YamlMap root)
    {
        if (!root.Has("draws"))
            return false;
        IReadOnlyList<string> draws = root.Texts("draws");
        return draws.SequenceEqual(seedAndSubset) || (draws.SequenceEqual(seedOnly) ? false
            : throw root.Wrong("draws", $"expected seed or [seed, subset], got '{string.Join(", ", draws)}'"));
    }

    static double? Margin(YamlMap root)
    {
        if (!root.Has("margin") || root.Text("margin") == "suggested")
            return null;
        return root.Number("margin") is > 0 and var margin ? margin
            : throw root.Wrong("margin", $"expected a positive number or 'suggested', got '{root.Text("margin")}'");
    }

    static IReadOnlyList<int> Looks(YamlMap root)
    {
        int[] looks = [.. root.Texts("looks").Select(text => (int)Whole(root, "looks", text, 2))];
        try
        {
            return PlannedLooks.Of(looks).Seeds;
        }
        catch (ArgumentException e)
        {
            throw root.Wrong("looks", e.Message);
        }
    }

    static IReadOnlyList<string> Varies(YamlMap root)
    {
        IReadOnlyList<string> varies = root.Texts("varies");
        foreach (string name in varies)
        {
            if (!Quantities.Contains(name))
            {
                throw root.Wrong("varies",
                    $"expected {string.Join(", ", Quantities)}, got '{name}'{Nearest.Hint(name, Quantities)}");
            }
        }
        return varies;
    }

    static StudyReference Reference(YamlMap map)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        var claims = new Dictionary<string, VerdictKind>(StringComparer.Ordinal);
        if (map.Has("values"))
        {
            YamlMap numbers = map.Map("values");
            foreach (string arm in numbers.Keys)
                values.Add(arm, numbers.Number(arm));
        }
        if (map.Has("claims"))
        {
            YamlMap words = map.Map("claims");
            foreach (string arm in words.Keys)
            {
                claims.Add(arm, words.Text(arm) switch
                {
                    "better" => VerdictKind.Better,
                    "worse" => VerdictKind.Worse,
                    "equivalent" => VerdictKind.Equivalent,
                    string other => throw words.Wrong(arm, $"expected better, worse or equivalent, got '{other}'"),
                });
            }
        }
        var reference = new StudyReference(
            map.OptionalText("source") ?? "the article", values, claims, map.OptionalText("why"))
        {
            Data = map.OptionalText("data"),
        };
        map.End("in a reference");
        return reference;
    }

    static IReadOnlyList<StudyFactor> Factors(YamlMap map) => [.. map.Keys.Select(name => Factor(name, map.Map(name)))];

    static StudyFactor Factor(string name, YamlMap map)
    {
        string? key = map.OptionalText("key");
        IReadOnlyList<StudyLevel> levels = key is null ? Levels(map.Map("levels"))
            : [.. map.Texts("values").Select(value => new StudyLevel(value, [(CheckedKey(map, "key", key), value)]))];
        if (key is not null)
        {
            foreach (StudyLevel level in levels)
                Try(map, () => RecipeKeys.Find(key).Read(level.Name), "values");
        }
        string? baseline = map.OptionalText("baseline");
        int index = baseline is null ? 0 : levels.ToList().FindIndex(level => level.Name == baseline);
        if (index < 0)
        {
            throw map.Wrong("baseline",
                $"expected one of the levels {string.Join(", ", levels.Select(l => l.Name))}, got '{baseline}'");
        }
        var factor = new StudyFactor(name, levels) { Key = key, Baseline = index, IsOrdered = map.Flag("ordered") };
        map.End("in a factor");
        return factor;
    }

    static IReadOnlyList<StudyLevel> Levels(YamlMap map) =>
        [.. map.Keys.Select(name => new StudyLevel(name, Settings(map.Map(name))))];

    static IReadOnlyList<(string Key, string Value)> Settings(YamlMap map, params string[] others)
    {
        var settings = new List<(string, string)>();
        foreach (string key in map.Keys.Except(others))
        {
            CheckedKey(map, key, key);
            string value = map.Setting(key);
            // A spelled network is read with its options, elsewhere.
            if (key != "network")
                Try(map, () => RecipeKeys.Find(key).Read(value), key);
            settings.Add((key, value));
        }
        return settings;
    }

    static string CheckedKey(YamlMap map, string at, string key)
    {
        if (key == "seed")
            throw map.Wrong(at, "the seed is what blocks draw: expected another key");
        Try(map, () => RecipeKeys.Find(key), at);
        return key;
    }

    static StudyForm? Form(YamlMap root, string key)
    {
        if (!root.Has(key))
            return null;
        YamlMap map = root.Map(key);
        var form = new StudyForm(
            map.Has("baseline") ? Settings(map.Map("baseline")) : [],
            map.Has("factors") ? Factors(map.Map("factors")) : null, Seeds(map));
        map.End($"in the {key} form");
        return form;
    }

    static IReadOnlyList<StudyArm> CheckReference(YamlMap root, Study study)
    {
        IReadOnlyList<StudyArm> arms = study.Arms;
        string[] names = [.. arms.Select(arm => arm.Name)];
        if (study.Reference is not { } reference)
            return arms;
        foreach (string name in reference.Values.Keys.Concat(reference.Claims.Keys))
        {
            if (!names.Contains(name))
            {
                throw root.Map("reference").Wrong(
                    $"'{name}' is no arm: expected {string.Join(", ", names)}{Nearest.Hint(name, names)}");
            }
        }
        return arms;
    }

    static long Whole(YamlMap map, string key, string text, long least) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least
            ? number : throw map.Wrong(key, $"expected a whole number from {least} on, got '{text}'");

    static T At<T>(YamlMap map, string key, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (StudyException e) when (e.Where is null)
        {
            throw map.Wrong(key, e.Problem);
        }
    }

    static void Try<T>(YamlMap map, Func<T> read, string? key = null)
    {
        try
        {
            read();
        }
        catch (StudyException e) when (e.Where is null)
        {
            throw map.Wrong(e.Problem);
        }
        catch (RecipeException e)
        {
            throw key is null ? map.Wrong(e.Message) : map.Wrong(key, e.Problem);
        }
    }
}
