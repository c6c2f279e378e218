using System.Globalization;

using Ceteris.Kernels;
using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>Reads a study file (YAML, or the JSON of <see cref="StudyWriter"/>). Unknown keys are refused.</summary>
public static class StudyReader
{
    const int MostBlocks = 10_000;

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
        YamlMap root = YamlDocument.Read(text, source).Only("in a study",
            "study", "question", "about", "baseline", "factors", "blocks", "draws", "metric", "margin", "looks",
            "seen", "chosen", "confirmed", "varies", "reference", "layers", "quick", "full");
        YamlMap baseline = root.Map("baseline");
        IReadOnlyList<(string, string)> settings = Settings(baseline, "name");
        StudyMetric metric = root.OptionalText("metric") is { } name
            ? At(root, "metric", () => StudyMetric.Find(name)) : StudyMetric.TestAccuracy;
        var study = new Study
        {
            Name = Name(root),
            Question = root.Text("question"),
            About = root.OptionalText("about")?.Trim() ?? "",
            Baseline = settings,
            BaselineName = baseline.Text("name"),
            Factors = root.Has("factors") ? Factors(root.Map("factors"), settings) : [],
            Seeds = Seeds(root) ?? Study.FirstSeeds(Study.DefaultBlocks),
            DrawsSubset = Draws(root),
            Metric = metric,
            Margin = Margin(root),
            SuggestsMargin = root.OptionalText("margin") == "suggested",
            Looks = root.Has("looks") ? NumbersOfBlocks(root, "looks", 2) : [],
            Seen = root.Has("seen") ? NumbersOfBlocks(root, "seen", 1) : [],
            Chosen = root.Has("chosen") ? Stage(root.Map("chosen")) : null,
            Confirmed = root.Has("confirmed") ? Stage(root.Map("confirmed")) : null,
            Varies = root.Has("varies") ? Varies(root) : [],
            Reference = root.Has("reference") ? Reference(root.Map("reference"), metric) : null,
            ProbesLayers = root.Flag("layers"),
            Quick = Form(root, "quick", settings),
            Full = Form(root, "full", settings),
        };
        Try(baseline, () => StudyArms.RecipeOf(study));
        CheckArms(root, study);
        CheckReference(root, study);
        return study with
        {
            Quick = study.Quick is { } quick ? quick with { Problem = ProblemOf(root, "quick", study.Quickly) } : null,
            Full = study.Full is { } full ? full with { Problem = ProblemOf(root, "full", study.Fully) } : null,
        };
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
        return numbers[0] is >= 1 and <= MostBlocks ? Study.FirstSeeds((int)numbers[0])
            : throw map.Wrong("blocks", $"expected 1 to {MostBlocks} blocks, or a list of seeds, got {numbers[0]}");
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
        string text = root.Text("margin");
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double margin)
            && double.IsFinite(margin) && margin > 0 ? margin
            : throw root.Wrong("margin", $"expected a positive number or 'suggested', got '{text}'");
    }

    static IReadOnlyList<int> NumbersOfBlocks(YamlMap root, string key, int least)
    {
        long[] numbers = [.. root.Texts(key).Select(text => Whole(root, key, text, least))];
        return numbers.Length > 0 && numbers[^1] <= MostBlocks
            && numbers.Zip(numbers.Skip(1)).All(p => p.First < p.Second)
            ? [.. numbers.Select(number => (int)number)]
            : throw root.Wrong(key, $"expected numbers of blocks from {least} to {MostBlocks} that rise, got "
                + $"[{string.Join(", ", numbers)}]");
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

    static StudyStage Stage(YamlMap map)
    {
        map.Only("in a stage", "study", "arm", "result");
        return new(map.Text("study"), map.Text("arm"), map.Text("result"));
    }

    static StudyReference Reference(YamlMap map, StudyMetric metric)
    {
        map.Only("in a reference", "source", "data", "of", "values", "claims", "why");
        StudyMetric? of = map.OptionalText("of") is { } name ? At(map, "of", () => StudyMetric.Find(name)) : null;
        var values = new Dictionary<string, ReferenceValue>(StringComparer.Ordinal);
        var claims = new Dictionary<string, StudyClaim>(StringComparer.Ordinal);
        if (map.Has("values"))
        {
            YamlMap numbers = map.Map("values");
            foreach (string arm in numbers.Keys)
            {
                values.Add(arm, new([.. numbers.Texts(arm).Select(
                    text => Published(numbers, arm, text, (of ?? metric).IsLoss))]));
            }
        }
        if (map.Has("claims"))
        {
            YamlMap words = map.Map("claims");
            foreach (string arm in words.Keys)
                claims.Add(arm, Claim(words, arm));
        }
        return new(map.OptionalText("source") ?? "the article", values, claims, map.OptionalText("why"))
        {
            Data = map.OptionalText("data"),
            Metric = of,
        };
    }

    static decimal Published(YamlMap map, string arm, string text, bool isLoss)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value))
            throw map.Wrong(arm, $"expected a number, or a list of them, got '{text}'");
        return isLoss || value is >= 0 and <= 100 ? value
            : throw map.Wrong(arm, $"expected an accuracy in percent, from 0 to 100, got '{text}'");
    }

    /// <summary><c>better</c>, <c>worse than BASE + batch norm</c>.</summary>
    static StudyClaim Claim(YamlMap map, string arm)
    {
        string text = map.Text(arm);
        foreach ((VerdictKind kind, string word, string link) in StudyWriter.Claims)
        {
            if (text == word)
                return new(kind);
            if (text.StartsWith($"{word} {link} ", StringComparison.Ordinal))
                return new(kind, text[(word.Length + link.Length + 2)..]);
        }
        throw map.Wrong(arm, $"expected better, worse or equivalent, got '{text}'; against another arm than the "
            + "baseline: worse than ARM");
    }

    static IReadOnlyList<StudyFactor> Factors(YamlMap map, IReadOnlyList<(string, string)> declared) =>
        [.. map.Keys.Select(name => Factor(name, map.Map(name), declared))];

    static StudyFactor Factor(string name, YamlMap map, IReadOnlyList<(string, string)> declared)
    {
        map.Only("in a factor", "key", "values", "levels", "baseline", "ordered");
        bool isNamed = map.Has("levels");
        if (isNamed == (map.Has("key") || map.Has("values")))
            throw map.Wrong($"expected a key and its values, or levels, got {(isNamed ? "both" : "neither")}");
        string? key = isNamed ? null : map.Text("key");
        IReadOnlyList<StudyLevel> levels = key is null ? Levels(map.Map("levels"))
            : [.. map.Texts("values").Select(value => new StudyLevel(value, [(CheckedKey(map, "key", key), value)]))];
        if (key is not null)
        {
            foreach (StudyLevel level in levels)
                Try(map, () => Checked(key, level.Name), "values");
        }
        string? baseline = map.OptionalText("baseline");
        int index = baseline is null ? StudyArms.LevelOf(declared, levels)
            : levels.ToList().FindIndex(level => level.Name == baseline);
        if (index < 0)
        {
            throw map.Wrong("baseline",
                $"expected one of the levels {string.Join(", ", levels.Select(l => l.Name))}, got '{baseline}'");
        }
        return new(name, levels) { Key = key, Baseline = index, IsOrdered = map.Flag("ordered") };
    }

    static IReadOnlyList<StudyLevel> Levels(YamlMap map) =>
        [.. map.Keys.Select(name => new StudyLevel(name, Settings(map.Map(name))))];

    static IReadOnlyList<(string Key, string Value)> Settings(YamlMap map, params string[] others)
    {
        var settings = new List<(string, string)>();
        foreach (string key in map.Keys.Except(others))
        {
            if (!RecipeKeys.Names.Contains(key))
                throw map.Unknown(key, $"unknown key '{key}' in a recipe",
                    [.. others.Select(other => (other, other)), .. RecipeKeys.Words]);
            CheckedKey(map, key, key);
            string value = map.Setting(key);
            Try(map, () => Checked(key, value), key);
            settings.Add((key, value));
        }
        return settings;
    }

    /// <summary>A value, as far as it can be checked without the other keys of a recipe.</summary>
    static string Checked(string key, string value) => key is "network" or "data" or "test-data"
        ? StudyArms.Checked(Recipe.Of((key, value)))[key]! : RecipeKeys.Find(key).Read(value);

    static string CheckedKey(YamlMap map, string at, string key)
    {
        if (key == "seed")
            throw map.Wrong(at, "the seed is what blocks draw: expected another key");
        return RecipeKeys.Names.Contains(key) ? key
            : throw map.Wrong(at, $"unknown key '{key}' in a recipe{Nearest.Hint(key, RecipeKeys.Words)}");
    }

    static StudyForm? Form(YamlMap root, string key, IReadOnlyList<(string, string)> declared)
    {
        if (!root.Has(key))
            return null;
        YamlMap map = root.Map(key).Only($"in the {key} form", "baseline", "factors", "blocks");
        IReadOnlyList<(string, string)> changed = map.Has("baseline") ? Settings(map.Map("baseline")) : [];
        return new(
            changed, map.Has("factors") ? Factors(map.Map("factors"), [.. declared, .. changed]) : null, Seeds(map));
    }

    static void CheckArms(YamlMap root, Study study)
    {
        try
        {
            _ = study.Arms;
        }
        catch (StudyException e)
        {
            throw root.WrongAt(e.Path is [] ? ["factors"] : e.Path, e.Problem);
        }
    }

    /// <summary>What is wrong with the arms of a form, for whoever asks for it; null if nothing is.</summary>
    static StudyException? ProblemOf(YamlMap root, string key, Func<Study> form)
    {
        try
        {
            _ = form().Arms;
            return null;
        }
        catch (StudyException e)
        {
            return root.WrongAt([key, .. e.Path], $"in the {key} form: {e.Problem}");
        }
    }

    static void CheckReference(YamlMap root, Study study)
    {
        if (study.Reference is not { } reference)
            return;
        string[] names = [.. study.Arms.Select(arm => arm.Name)];
        if (reference.Claims.TryGetValue(names[0], out var own) && own.Than is null)
        {
            throw root.WrongAt(["reference", "claims", names[0]], "expected claims about other arms against the "
                + $"baseline, got one about the baseline '{names[0]}' itself");
        }
        foreach (string name in reference.Values.Keys.Concat(reference.Claims.Keys)
            .Concat(reference.Claims.Values.Select(claim => claim.Than).OfType<string>()))
        {
            if (!names.Contains(name))
            {
                throw root.Map("reference").Wrong(
                    $"'{name}' is no arm: expected {string.Join(", ", names.Select(arm => $"'{arm}'"))}"
                        + Nearest.Hint(name, names));
            }
        }
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
        catch (Data.DataException e)
        {
            throw key is null ? map.Wrong(e.Message) : map.Wrong(key, e.Message);
        }
    }
}
