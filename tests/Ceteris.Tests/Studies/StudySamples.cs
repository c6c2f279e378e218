using Ceteris.Kernels;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>Studies and made-up outcomes: what came of each run is given, no network is trained.</summary>
static class StudySamples
{
    public const int Images = 10_000, ClassCount = 10;

    public static Study Study(string name, IReadOnlyList<StudyFactor> factors, int blocks) => new()
    {
        Name = name,
        Question = $"What of {name}?",
        BaselineName = "BASE",
        Baseline = [("network", "base"), ("data", "mnist:10000"), ("epochs", "3")],
        Factors = factors,
        Seeds = Ceteris.Studies.Study.FirstSeeds(blocks),
    };

    public static StudyFactor BatchNorm { get; } = StudyFactor.OnOff("batch norm", ("network", "base-bn"));

    public static StudyFactor Dropout { get; } = StudyFactor.OnOff("dropout", ("network.dropout", "0.5"));

    /// <summary>V1: two arms, five seeds.</summary>
    public static StudyOutcome TwoArms(Func<Study, Study>? change = null) => Outcome(
        (change ?? (study => study))(Study("two", [BatchNorm], 5)),
        [9732, 9741, 9718, 9755, 9729], [9817, 9809, 9801, 9826, 9798]);

    /// <summary>V4: batch norm × dropout, five seeds.</summary>
    public static StudyOutcome Factorial() => Outcome(
        Study("factorial", [BatchNorm, Dropout], 5),
        [9732, 9741, 9718, 9755, 9729], [9769, 9770, 9752, 9781, 9766],
        [9817, 9809, 9801, 9826, 9798], [9789, 9802, 9788, 9805, 9793]);

    /// <summary>V10: sizes of the training set; seven sizes over two decades.</summary>
    public static StudyOutcome Sizes(int blocks = 5)
    {
        string[] sizes = ["500", "1000", "2000", "5000", "10000", "20000", "60000"];
        var factor = new StudyFactor("training images",
            [.. sizes.Select(s => new StudyLevel(s, [("data", $"mnist:{s}")]))])
        {
            IsOrdered = true,
            Baseline = 4,
        };
        Study study = Study("sizes", [factor], blocks) with { Varies = ["steps", "images seen"] };
        double[] errors = [11.8, 6.8, 4.4, 3.0, 2.1, 1.5, 0.95];
        return Outcome(study, (arm, seed) => (int)(Images * (1 - errors[arm.Levels[0]] / 100))
            + Noise(seed, arm.Levels[0], 12));
    }

    public static StudyOutcome Width(int blocks = 6)
    {
        string[] widths = ["0.2", "0.5", "1", "1.5", "2"];
        StudyFactor factor = StudyFactor.Of("width", "network.width", widths) with { IsOrdered = true, Baseline = 2 };
        Study study = Study("width", [factor], blocks) with
        {
            Baseline = [("network", "sk"), ("data", "mnist:10000"), ("epochs", "3")],
            BaselineName = "SK",
            Varies = ["parameters", "multiply-adds"],
            Reference = new("the article", new Dictionary<string, ReferenceValue>
            {
                ["SK, width 0.2"] = new(97.7m),
                ["SK, width 0.5"] = new(98.2m),
                ["SK"] = new(98.5m),
                ["SK, width 1.5"] = new(98.6m),
                ["SK, width 2"] = new(98.5m),
            }, new Dictionary<string, StudyClaim>(), "one run each"),
        };
        int[] counts = [9795, 9829, 9850, 9858, 9866];
        return Outcome(study, (arm, seed) => counts[arm.Levels[0]] + Noise(seed, arm.Levels[0], 6));
    }

    /// <summary>One arm; the spread of its seeds is the question.</summary>
    public static StudyOutcome OneArm(int blocks = 10) =>
        Outcome(Study("spread", [], blocks), (_, seed) => 9775 + Noise(seed, 0, 12));

    /// <summary>Four arms with every verdict.</summary>
    public static StudyOutcome Several(int blocks = 8)
    {
        var factor = new StudyFactor("change",
            [new("BASE", []), new("BN", [("network", "base-bn")]), new("slow", [("lr", "0.001")]),
             new("batch 65", [("batch", "65")]), new("SK", [("network", "sk")])]);
        Study study = Study("several", [factor], blocks) with { Margin = 0.2 };
        int[] counts = [9775, 9822, 9600, 9776, 9790];
        int[] noise = [4, 4, 8, 4, 60];
        return Outcome(study, (arm, seed) => counts[arm.Levels[0]] + Noise(seed, arm.Levels[0], noise[arm.Levels[0]]));
    }

    /// <summary>With counts of correct images by arm and seed; null for a run that diverged.</summary>
    public static StudyOutcome Outcome(Study study, Func<StudyArm, long, int?> correct) => new(study,
        [.. study.Arms.Select(arm =>
            Arm(study, arm, [.. study.Seeds.Select(seed => Block(study, arm, seed, correct(arm, seed)))]))])
    {
        Classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    };

    /// <summary>With counts of correct images, one row for each combination of levels, the last factor's changing
    /// fastest.</summary>
    public static StudyOutcome Outcome(Study study, params int?[][] counts)
    {
        return Outcome(study, (arm, seed) => counts[Place(arm)][(int)seed]);

        int Place(StudyArm arm) =>
            arm.Levels.Select((level, i) => (level, study.Factors[i].Levels.Count))
                .Aggregate(0, (at, l) => at * l.Count + l.level);
    }

    /// <summary>As if the runs of an arm had ended with the weights of another one.</summary>
    public static StudyOutcome SameWeights(StudyOutcome outcome, int arm, int other) => outcome with
    {
        Arms = [.. outcome.Arms.Select((one, i) => i != arm ? one : one with
        {
            Blocks = [.. one.Blocks.Zip(outcome.Arms[other].Blocks, (block, same) => block with
            {
                Run = block.Run! with { Result = same.Run!.Result },
            })],
        })],
    };

    static ArmOutcome Arm(Study study, StudyArm arm, IReadOnlyList<BlockOutcome> blocks) =>
        new(arm, 2_293_000 + (arm == study.Arms[0] ? 0 : 12_000), blocks);

    /// <summary>A block that has not run.</summary>
    public static BlockOutcome NotRun(long seed) => new(seed, Sha256Text.Of($"{seed}"), null);

    public static BlockOutcome Block(Study study, StudyArm arm, long seed, int? correct)
    {
        Predictions? predictions = correct is { } count ? Predict(count, seed, arm.Levels.Sum()) : null;
        RunCertificate run = Certificate(study.RecipeOf(arm, seed), predictions, arm.Levels.Sum());
        return new(seed, run.RunId, run) { ReadPredictions = () => predictions };
    }

    /// <summary>Completed with these predictions; diverged without.</summary>
    static RunCertificate Certificate(Recipe recipe, Predictions? predictions, int arm)
    {
        int images = recipe.Data.Subset?.End ?? 60_000;
        var data = new DataRecord(recipe["data"]!, images, Images, Sha256Text.Of("decoded"),
            Sha256Text.Of(recipe["data"]!));
        var json = recipe.ToJson();
        string chain = EpochRecord.ChainStart(RunCertificate.RunIdOf(json, data, 1));
        long steps = (images + 63) / 64;
        var epochs = new List<EpochRecord>();
        for (int epoch = 1; epoch <= recipe.Epochs; epoch++)
        {
            int wrong = Images - (predictions?.Correct() ?? 1000),
                now = wrong * (2 * recipe.Epochs - epoch) / recipe.Epochs;
            long trainWrong = Math.Min(images, (long)now * images / Images / (1 + epoch) * 2);
            epochs.Add(EpochRecord.Next(chain, epoch, epoch * steps, new(images - trainWrong, images, 0.3 / epoch),
                null,
                new(Math.Max(0, Images - now), Images, 0.2 / epoch + 0.001 * arm + 1e-5 * recipe.Seed * (arm + 1)),
                    Sha256Text.Of($"{epoch} {arm}")));
            chain = epochs[^1].ChainSha256;
        }
        bool isDone = predictions is not null;
        if (!isDone)
            epochs.RemoveRange(1, epochs.Count - 1);
        return new()
        {
            Recipe = json,
            Data = data,
            Parameters = 432_220 + 1_140 * arm,
            NumericsVersion = 1,
            Epochs = epochs,
            Status = isDone ? new(RunState.Completed, recipe.Epochs * steps)
                : new(RunState.Failed, steps + 7, "NaN in conv1.weight, first seen at step 164"),
            Result = isDone ? new(Sha256Text.Of($"{recipe}"), Sha256Text.Of("predictions"),
                new(predictions!.Correct(), Images, 0.1), predictions.Confusion()) : null,
            Engine = new("1.0", null, "10.0.0"),
            Environment = new("Processor", ["AVX2"], "System", 1, "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z",
                50 + 7 * arm + (int)(recipe.Seed % 3), 3000, 0),
        };
    }

    /// <summary>Some images are hard for every network, so the same ones are wrong in most seeds.</summary>
    static Predictions Predict(int correct, long seed, int arm)
    {
        int[] labels = [.. Enumerable.Range(0, Images).Select(i => i % ClassCount)], predicted = [.. labels];
        float[] probabilities = [.. Enumerable.Repeat(0.9f, Images)];
        var stream = new RandomStream(StreamKey.For((ulong)seed, "sample", $"{arm}"));
        int wrong = Images - correct;
        for (int k = 0; wrong > 0; k++)
        {
            int image = (int)(k * 7919L % Images);
            if (predicted[image] != labels[image] || (k < Images && stream.Next(4) == 0))
                continue;
            predicted[image] = (labels[image] + 1 + image / ClassCount % 3) % ClassCount;
            wrong--;
        }
        return new(ClassCount, labels, predicted, probabilities);
    }

    /// <summary>Evenly from −most to most, the same for a seed and an arm.</summary>
    static int Noise(long seed, int arm, int most) =>
        new RandomStream(StreamKey.For((ulong)seed, "noise", $"{arm}")).Next(2 * most + 1) - most;
}
