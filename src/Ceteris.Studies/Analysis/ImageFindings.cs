using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>
/// Where on the test images two arms differ, over the blocks in which both completed. Of the test images, whatever the
/// metric of the study is.
/// </summary>
/// <param name="Seeds">The blocks.</param>
/// <param name="Change">Confusion matrix of the treatment less that of the baseline, summed over the blocks.</param>
/// <param name="Classes">Differences in recall; empty with one block.</param>
/// <param name="Flipped">Null where predictions are not at hand.</param>
/// <param name="Both">
/// The difference in accuracy over new seeds and new images; null with one block or without predictions.
/// </param>
public sealed record ImageFindings(
    IReadOnlyList<long> Seeds, int[][] Change, IReadOnlyList<ClassDifference> Classes, FlippedImages? Flipped,
    ImageEffect? Both)
{
    /// <summary>Null without a common block, or where the test images are not the same.</summary>
    /// <param name="baseline">What is compared against.</param>
    /// <param name="treatment">What is asked about.</param>
    /// <param name="confidence">Of the interval of <see cref="Both"/>.</param>
    public static ImageFindings? Of(ArmOutcome baseline, ArmOutcome treatment, double confidence = 0.95)
    {
        (BlockOutcome A, BlockOutcome B)[] pairs =
        [
            .. from a in baseline.Blocks
               join b in treatment.Blocks on a.Seed equals b.Seed
               where a.Run?.Result is not null && b.Run?.Result is not null
               select (a, b),
        ];
        if (pairs.Length == 0)
            return null;
        int[] images = ClassImages(pairs[0].A.Run!.Result!.Confusion);
        int[][][] before = [.. pairs.Select(pair => pair.A.Run!.Result!.Confusion)];
        int[][][] after = [.. pairs.Select(pair => pair.B.Run!.Result!.Confusion)];
        if (before.Concat(after).Any(matrix => !ClassImages(matrix).SequenceEqual(images)))
            return null;
        IReadOnlyList<ClassDifference> classes = pairs.Length < 2 ? []
            : PerClass.Compare(images, [.. before.Select(Correct)], [.. after.Select(Correct)]);
        (FlippedImages? flipped, ImageEffect? both) = OfPredictions(pairs, confidence);
        return new([.. pairs.Select(pair => pair.A.Seed)], Difference(before, after), classes, flipped, both);
    }

    static (FlippedImages?, ImageEffect?) OfPredictions(
        (BlockOutcome A, BlockOutcome B)[] pairs, double confidence)
    {
        Predictions?[] all = [.. pairs.SelectMany(pair => new[] { pair.A.Predictions, pair.B.Predictions })];
        if (all[0] is not { } first || all.Any(p => p is null || !p.Labels.Span.SequenceEqual(first.Labels.Span)))
            return (null, null);
        bool[][] before = [.. pairs.Select(pair => Right(pair.A.Predictions!))];
        bool[][] after = [.. pairs.Select(pair => Right(pair.B.Predictions!))];
        bool isBoth = pairs.Length >= 2 && first.Count >= 2;
        return (FlippedImages.Of(before, after), isBoth ? ImageEffect.Of(before, after, confidence) : null);
    }

    static bool[] Right(Predictions predictions)
    {
        bool[] right = new bool[predictions.Count];
        for (int i = 0; i < right.Length; i++)
            right[i] = predictions.Labels.Span[i] == predictions.Predicted.Span[i];
        return right;
    }

    static int[] ClassImages(int[][] confusion) => [.. confusion.Select(row => row.Sum())];

    static int[] Correct(int[][] confusion) => [.. confusion.Select((row, c) => row[c])];

    static int[][] Difference(int[][][] before, int[][][] after)
    {
        int classes = before[0].Length;
        int[][] change = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        for (int block = 0; block < before.Length; block++)
        {
            for (int t = 0; t < classes; t++)
            {
                for (int p = 0; p < classes; p++)
                    change[t][p] += after[block][t][p] - before[block][t][p];
            }
        }
        return change;
    }
}
