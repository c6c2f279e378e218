using System.Globalization;

using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>
/// A question and how it is put: a baseline recipe, factors whose levels are combined into arms, and blocks. A block is
/// a seed, which fixes everything random — order, initial values of like-named parameters, masks —, so that arms are
/// compared within blocks. Immutable; a function over recipes.
/// </summary>
public sealed record Study
{
    readonly Lazy<IReadOnlyList<StudyArm>> arms;

    public Study() => arms = new(() => StudyArms.Of(this));

    /// <summary>Blocks are copied, arms are made anew: a changed study is another one.</summary>
    Study(Study other)
    {
        (Name, Question, About, BaselineName) = (other.Name, other.Question, other.About, other.BaselineName);
        (Baseline, Factors, Seeds, DrawsSubset) = (other.Baseline, other.Factors, other.Seeds, other.DrawsSubset);
        (Metric, Margin, SuggestsMargin, Looks) = (other.Metric, other.Margin, other.SuggestsMargin, other.Looks);
        (Seen, Chosen, Confirmed) = (other.Seen, other.Chosen, other.Confirmed);
        (Varies, Reference, ProbesLayers) = (other.Varies, other.Reference, other.ProbesLayers);
        (Quick, Full) = (other.Quick, other.Full);
        arms = new(() => StudyArms.Of(this));
    }

    /// <summary>Its name in the store: <c>[a-z0-9-]+</c>.</summary>
    public required string Name { get; init; }

    public required string Question { get; init; }

    /// <summary>A few sentences for the report: where the question comes from, what to look at.</summary>
    public string About { get; init; } = "";

    /// <summary>The baseline in words: <c>BASE</c>.</summary>
    public required string BaselineName { get; init; }

    /// <summary>Keys of the baseline's recipe; the others have their defaults.</summary>
    public required IReadOnlyList<(string Key, string Value)> Baseline { get; init; }

    /// <summary>None: one arm, whose spread is the question.</summary>
    public IReadOnlyList<StudyFactor> Factors { get; init; } = [];

    /// <summary>One for each block.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = FirstSeeds(DefaultBlocks);

    /// <summary>
    /// Whether a block also draws which training images are used: a range of the data set is then taken in the order
    /// of one permutation per block, so that a smaller one is a part of a larger one.
    /// </summary>
    public bool DrawsSubset { get; init; }

    /// <summary>What is compared.</summary>
    public StudyMetric Metric { get; init; } = StudyMetric.TestAccuracy;

    /// <summary>The largest difference that does not matter, in the unit of the metric; declared before the
    /// runs.</summary>
    public double? Margin { get; init; }

    /// <summary>
    /// The margin is 0.10 points or a tenth of the baseline's error, whichever is more
    /// (<see cref="Statistics.Equivalence.SuggestedMargin"/>).
    /// </summary>
    public bool SuggestsMargin { get; init; }

    /// <summary>
    /// Numbers of blocks at which the study may be looked at and stopped; none for one look at the end.
    /// </summary>
    public IReadOnlyList<int> Looks { get; init; } = [];

    /// <summary>
    /// Numbers of blocks that had results when somebody looked at them and then changed the blocks, without having
    /// planned to (<see cref="StudyFolder.SeenBefore"/>); they rise.
    /// </summary>
    public IReadOnlyList<int> Seen { get; init; } = [];

    /// <summary>What chose the arm that this study confirms; null if it is no such study.</summary>
    public StudyStage? Chosen { get; init; }

    /// <summary>What the best arm had on fresh seeds; null if it was not run again, or not to the end.</summary>
    public StudyStage? Confirmed { get; init; }

    /// <summary>
    /// Quantities that are varied on purpose, so that they are no confound: <c>parameters</c>, <c>multiply-adds</c>,
    /// <c>steps</c>, <c>images seen</c>, <c>lr × batch</c>.
    /// </summary>
    public IReadOnlyList<string> Varies { get; init; } = [];

    public StudyReference? Reference { get; init; }

    /// <summary>
    /// Whether the report tells, for each arm, how many units are saturated and how large the gradients of its layers
    /// are, at the start and at the end of training.
    /// </summary>
    public bool ProbesLayers { get; init; }

    /// <summary>What <c>--quick</c> makes of it; null if the study has no such form.</summary>
    public StudyForm? Quick { get; init; }

    /// <summary>
    /// What <c>--full</c> and another data set make of it: the size the question was first asked at; null if it has it.
    /// </summary>
    public StudyForm? Full { get; init; }

    /// <summary>The first seed of a confirming stage: beyond those that a study can get by counting.</summary>
    const long FirstConfirmingSeed = 1_000_000;

    public const int DefaultBlocks = 10;

    /// <summary>All combinations of levels; the baseline first, then in the order of the factors.</summary>
    /// <exception cref="StudyException">Levels that cannot be, or two arms that are one recipe.</exception>
    public IReadOnlyList<StudyArm> Arms => arms.Value;

    /// <summary>The recipe of an arm in a block.</summary>
    public Recipe RecipeOf(StudyArm arm, long seed)
    {
        string text = seed.ToString(CultureInfo.InvariantCulture);
        Recipe recipe = arm.Recipe.With(("seed", text));
        return DrawsSubset && recipe.Data is { Subset: { Seed: null } range } data
            ? recipe.With(("data", (data with { Subset = range with { Seed = (ulong)seed } }).ToString())) : recipe;
    }

    /// <summary>
    /// The same with other seeds: the first <paramref name="blocks"/> of those there are, then the numbers from the
    /// least of them on. (So a confirming stage gets none that chose.)
    /// </summary>
    public Study WithBlocks(int blocks) => blocks <= Seeds.Count ? this with { Seeds = [.. Seeds.Take(blocks)] }
        : this with
        {
            Seeds = [.. Seeds, .. Numbers(Seeds.DefaultIfEmpty().Min()).Except(Seeds).Take(blocks - Seeds.Count)],
        };

    /// <summary>The seeds 0 to <paramref name="blocks"/> − 1.</summary>
    public static IReadOnlyList<long> FirstSeeds(int blocks) => [.. Numbers().Take(blocks)];

    /// <summary>
    /// The same, in its full form, on another data set, with the same ranges of it; its name ends in the set's.
    /// </summary>
    public Study On(string dataSet)
    {
        string here = Arms[0].Recipe.Data.Name;
        if (dataSet == here)
            return this;
        string data = DataSets.Find(dataSet).Name;
        Study full = Fully();
        bool isVaried = full.Factors.Any(f => f.Sets("data"));
        return full with
        {
            Name = $"{Name}-{data}",
            Seen = [],
            Confirmed = null,
            Baseline = Moved(isVaried ? full.Baseline
                : [("data", StudyArms.RecipeOf(full)["data"]!), .. full.Baseline.Where(s => s.Key != "data")]),
            Factors = MovedIn(full.Factors),
            Quick = Quick is null ? null : Quick with
            {
                Baseline = Moved(Quick.Baseline),
                Factors = Quick.Factors is null ? null : MovedIn(Quick.Factors),
            },
        };

        IReadOnlyList<StudyFactor> MovedIn(IReadOnlyList<StudyFactor> factors) =>
        [
            .. factors.Select(f => f with
            {
                Levels = [.. f.Levels.Select(level => level with { Settings = Moved(level.Settings) })],
            }),
        ];

        IReadOnlyList<(string, string)> Moved(IReadOnlyList<(string Key, string Value)> settings) =>
        [
            .. settings.Select(s => s.Key is "data" or "test-data" && DataSpec.Parse(s.Value) is var spec
                && spec.Name == here ? (s.Key, (spec with { Name = data }).ToString()) : s),
        ];
    }

    /// <summary>
    /// That the quick and the full form can be, which is looked at where they are asked for, not where a study is read.
    /// </summary>
    /// <exception cref="StudyException">One cannot; says where in the file.</exception>
    public void CheckForms()
    {
        if ((Quick?.Problem ?? Full?.Problem) is { } problem)
            throw problem;
    }

    /// <summary>The quick form; its name ends in <c>-quick</c>.</summary>
    /// <exception cref="StudyException">There is none, or it cannot be.</exception>
    public Study Quickly()
    {
        StudyForm quick = Quick ?? throw new StudyException($"{Name} has no quick form: expected a key 'quick'");
        return In(quick, $"{Name}-quick") with
        {
            About = $"The quick form of {Name}: fewer images, epochs and seeds, to see what comes out. It shows nothing.",
            Quick = null,
        };
    }

    /// <summary>The full form; its name ends in <c>-full</c> unless the study has no other.</summary>
    /// <exception cref="StudyException">It cannot be.</exception>
    public Study Fully() => Full is null ? this : In(Full, $"{Name}-full");

    Study In(StudyForm form, string name)
    {
        if (form.Problem is { } problem)
            throw problem;
        var changed = form.Baseline.Select(s => s.Key).ToHashSet();
        Study study = this with
        {
            Name = name,
            Baseline = [.. Baseline.Where(s => !IsReplaced(s.Key)), .. form.Baseline],
            Factors = form.Factors ?? Factors,
            Seeds = form.Seeds ?? Seeds,
            Seen = [],
            Confirmed = null,
            Full = null,
        };
        return form.Factors is null ? study
            : study with { Reference = Reference?.Of([.. study.Arms.Select(arm => arm.Name)]) };

        bool IsReplaced(string key) => changed.Contains(key) || form.Factors?.Any(factor => factor.Sets(key)) == true;
    }

    /// <summary>
    /// The confirming stage of a sweep: an arm that was chosen by its result against the baseline, in as many fresh
    /// blocks, whose seeds are far above any that the study may get later. Its name ends in <c>-confirm</c>.
    /// </summary>
    /// <param name="winner">The arm.</param>
    /// <param name="chosen">What it was chosen for.</param>
    public Study Confirming(StudyArm winner, StudyStage? chosen = null) => this with
    {
        Name = $"{Name}-confirm",
        Question = $"Does {winner.Name}, the best of {Arms.Count} arms, hold against {BaselineName} on fresh seeds?",
        Factors =
        [
            new("arm",
            [
                new(BaselineName, SettingsOf(Arms[0])),
                new(winner.Name, SettingsOf(winner)),
            ]),
        ],
        Seeds = [.. Numbers(FirstConfirmingSeed).Except(Seeds).Take(Seeds.Count)],
        Looks = [],
        Seen = [],
        Chosen = chosen,
        Confirmed = null,
        Reference = null,
        Quick = null,
        Full = null,
    };

    IReadOnlyList<(string, string)> SettingsOf(StudyArm arm) =>
        [.. arm.Levels.SelectMany((level, i) => Factors[i].Levels[level].Settings)];

    /// <summary>Equal if all that is written of them is.</summary>
    public bool Equals(Study? other) => other is not null && (ReferenceEquals(this, other)
        || StudyWriter.Text(this) == StudyWriter.Text(other));

    public override int GetHashCode() => Factors.Count;

    public override string ToString() => Name;

    static IEnumerable<long> Numbers(long from = 0)
    {
        for (long i = from; ; i++)
            yield return i;
    }
}

/// <summary>
/// The same question in another size: <c>quick</c>, in seconds, to see what comes out, not to claim anything; or
/// <c>full</c>.
/// </summary>
/// <param name="Baseline">Keys of the baseline that differ.</param>
/// <param name="Factors">In place of the study's; null for the same.</param>
/// <param name="Seeds">In place of the study's; null for the same.</param>
public sealed record StudyForm(
    IReadOnlyList<(string Key, string Value)> Baseline, IReadOnlyList<StudyFactor>? Factors,
    IReadOnlyList<long>? Seeds)
{
    /// <summary>Why the arms of this form cannot be; null if they can, or if nobody has looked.</summary>
    internal StudyException? Problem { get; init; }
}
