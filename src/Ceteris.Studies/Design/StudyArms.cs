namespace Ceteris.Studies;

/// <summary>From the factors of a study to its arms.</summary>
static class StudyArms
{
    /// <summary>More arms than this are a mistake.</summary>
    public const int Most = 1000;

    public static Recipe RecipeOf(Study study) =>
        Made($"baseline '{study.BaselineName}'", () => Recipe.Of(study.Baseline));

    public static IReadOnlyList<StudyArm> Of(Study study)
    {
        Check(study);
        Recipe baseline = RecipeOf(study);
        StudyArm[] arms =
        [
            .. Combinations(study.Factors).Select(levels => Arm(study, baseline, levels))
                .OrderBy(arm => IsBaseline(study, arm.Levels) ? 0 : 1),
        ];
        foreach (StudyArm arm in arms)
        {
            StudyArm first = arms.First(other => other.Recipe.Equals(arm.Recipe));
            if (first != arm)
                throw new StudyException($"arms '{first.Name}' and '{arm.Name}' are one recipe ({arm.Recipe}): "
                    + "expected each level to change something");
            if (arms.First(other => other.Name == arm.Name) != arm)
                throw new StudyException($"two arms have the name '{arm.Name}': expected other names of levels");
            if (arm.Recipe.TestData != arms[0].Recipe.TestData)
                throw OtherTest(study, arms[0], arm);
            if (study.Metric.IsValidation && arm.Recipe.Validation is null)
            {
                throw new StudyException($"expected images put aside in every arm for {study.Metric} (validation: 10%, "
                    + $"for example), got none in '{arm.Name}'")
                {
                    Path = ["metric"],
                };
            }
        }
        return arms;
    }

    /// <summary>Whether all levels are the baseline's.</summary>
    public static bool IsBaseline(Study study, IReadOnlyList<int> levels) =>
        levels.Select((level, i) => level == study.Factors[i].Baseline).All(same => same);

    /// <summary>What is said of images has to be said of the same ones; training images may differ.</summary>
    static StudyException OtherTest(Study study, StudyArm baseline, StudyArm arm)
    {
        IReadOnlyList<string> path = PathTo(study, arm.Levels, "test-data");
        return new($"expected arms that are tested on the same images, got '{baseline.Name}', tested on "
            + $"{baseline.Recipe.TestData}, and '{arm.Name}', tested on {arm.Recipe.TestData}: ask of each data set by "
            + "itself (--data NAME), or give all arms the same test-data")
        {
            Path = path is ["factors", ..] ? path : PathTo(study, arm.Levels, "data"),
        };
    }

    static void Check(Study study)
    {
        if (study.Seeds.Count == 0)
            throw new StudyException("expected at least one block, got none") { Path = ["blocks"] };
        if (study.Seeds.Distinct().Count() < study.Seeds.Count || study.Seeds.Any(seed => seed < 0))
        {
            throw new StudyException($"expected different seeds from 0 on, got {string.Join(", ", study.Seeds)}")
            {
                Path = ["blocks"],
            };
        }
        foreach (StudyFactor factor in study.Factors)
        {
            string names = string.Join(", ", factor.Levels.Select(level => level.Name));
            string? problem = factor switch
            {
                { Levels.Count: < 2 } => $"expected two levels or more, got {factor.Levels.Count}",
                _ when factor.Levels.DistinctBy(level => level.Name).Count() < factor.Levels.Count =>
                    $"expected different names of levels, got {names}",
                { IsOrdered: true } when !IsRising(factor) =>
                    $"expected positive numbers that rise as names of ordered levels, got {names}",
                _ => null,
            };
            if (problem is not null)
                throw new StudyException($"factor '{factor.Name}': {problem}") { Path = ["factors", factor.Name] };
        }
        var keys = study.Factors.SelectMany(f => f.Levels.SelectMany(l => l.Settings).Select(s => s.Key).Distinct()
            .Select(key => (Key: key, Factor: f.Name)))
            .GroupBy(pair => pair.Key).FirstOrDefault(group => group.Count() > 1);
        if (keys is not null)
        {
            throw new StudyException($"the key '{keys.Key}' is set by the factors "
                + $"{string.Join(" and ", keys.Select(pair => $"'{pair.Factor}'"))}: "
                + "expected factors that can be combined");
        }
        foreach (StudyFactor factor in study.Factors)
            CheckBaseline(study, factor);
        double count = study.Factors.Aggregate(1.0, (product, factor) => product * factor.Levels.Count);
        if (count > Most)
            throw new StudyException($"expected at most {Most} arms, got {count}");
    }

    /// <summary>
    /// A value that the baseline declares is that of its level, not replaced by it unseen. A level that was chosen for
    /// the baseline may replace what other levels leave as it is.
    /// </summary>
    static void CheckBaseline(Study study, StudyFactor factor)
    {
        foreach ((string key, string value) in factor.Levels[factor.Baseline].Settings)
        {
            if (Declared(study.Baseline, key) is { } declared && !IsSame(key, declared, value)
                && (factor.Baseline == 0 || factor.Sets(key)))
            {
                throw new StudyException($"{key}: expected the value of the baseline's level "
                    + $"'{factor.Levels[factor.Baseline].Name}' of the factor '{factor.Name}', {value}, or none here, "
                    + $"got {declared}")
                {
                    Path = ["baseline", key],
                };
            }
        }
    }

    /// <summary>
    /// The baseline's level where the file names none: the first, or, if that contradicts what the baseline declares,
    /// one that says the same.
    /// </summary>
    public static int LevelOf(IReadOnlyList<(string Key, string Value)> baseline, IReadOnlyList<StudyLevel> levels)
    {
        bool isContradicted = levels[0].Settings.Any(
            setting => Declared(baseline, setting.Key) is { } value && !IsSame(setting.Key, value, setting.Value));
        return !isContradicted ? 0 : Math.Max(0, levels.ToList().FindIndex(level => level.Settings.All(
            setting => Declared(baseline, setting.Key) is { } value && IsSame(setting.Key, value, setting.Value))));
    }

    static string? Declared(IReadOnlyList<(string Key, string Value)> settings, string key) =>
        settings.LastOrDefault(setting => setting.Key == key).Value;

    static bool IsSame(string key, string one, string other) => one == other || Read(key, one) == Read(key, other);

    static string Read(string key, string value)
    {
        try
        {
            return RecipeKeys.Find(key).Read(value);
        }
        catch (RecipeException)
        {
            return value; // that it cannot be is said of the recipe
        }
    }

    static bool IsRising(StudyFactor factor) => factor.Levels.All(level => level.At is > 0)
        && factor.Levels.Zip(factor.Levels.Skip(1)).All(pair => pair.First.At < pair.Second.At);

    static IEnumerable<int[]> Combinations(IReadOnlyList<StudyFactor> factors) => factors.Aggregate(
        (IEnumerable<int[]>)[[]],
        (before, factor) => before.SelectMany(levels => factor.Levels.Select((_, i) => (int[])[.. levels, i])));

    static StudyArm Arm(Study study, Recipe baseline, int[] levels)
    {
        string name = NameOf(study, levels);
        return new(name, levels, Made($"arm '{name}'", () => baseline.With(
            levels.SelectMany((level, i) => study.Factors[i].Levels[level].Settings)), key => PathTo(study, levels, key)));
    }

    /// <summary>Where the value of a key of an arm is written.</summary>
    static IReadOnlyList<string> PathTo(Study study, IReadOnlyList<int> levels, string key)
    {
        for (int i = 0; i < levels.Count; i++)
        {
            StudyFactor factor = study.Factors[i];
            StudyLevel level = factor.Levels[levels[i]];
            string[] keys = [.. level.Settings.Select(setting => setting.Key)];

            // An option of a network may be spelled with it.
            if ((keys.Contains(key) ? key
                : keys.FirstOrDefault(set => key.StartsWith(set + ".", StringComparison.Ordinal))) is { } set)
            {
                return factor.Key is null ? ["factors", factor.Name, "levels", level.Name, set]
                    : ["factors", factor.Name, "values"];
            }
        }
        return Declared(study.Baseline, key) is null ? [] : ["baseline", key];
    }

    /// <summary>
    /// The baseline's name, or that of the first factor's level, then what differs: <c>BASE + batch norm, rate 0.2</c>.
    /// </summary>
    static string NameOf(Study study, int[] levels)
    {
        string? stem = null;
        string added = "", others = "";
        for (int i = 0; i < levels.Length; i++)
        {
            StudyFactor factor = study.Factors[i];
            string level = factor.Levels[levels[i]].Name;
            if (levels[i] == factor.Baseline)
                continue;
            if (level == StudyFactor.With)
                added += $" + {factor.Name}";
            else if (level == StudyFactor.Without)
                others += $", without {factor.Name}";
            else if (i == 0 && factor.Key is null && !factor.IsOrdered)
                stem = level;
            else
                others += $", {factor.Name} {level}";
        }
        return (stem ?? study.BaselineName) + added + others;
    }

    /// <summary>A recipe whose data sets are known and have the range that it asks for.</summary>
    /// <exception cref="Data.DataException">They are not.</exception>
    public static Recipe Checked(Recipe recipe)
    {
        recipe.Data.Check();
        Data.DataSets.Find(recipe.TestData);
        return recipe;
    }

    static Recipe Made(string what, Func<Recipe> recipe, Func<string, IReadOnlyList<string>>? pathTo = null)
    {
        try
        {
            Recipe made = Checked(recipe());
            RecipeClassifier.Network(made, classes: 10);
            return made;
        }
        catch (Exception e) when (e is RecipeException or Networks.SettingException or Data.DataException)
        {
            throw new StudyException($"{what}: {e.Message}")
            {
                Path = e is RecipeException { Key: var key } && pathTo is not null ? pathTo(key) : [],
            };
        }
    }
}
