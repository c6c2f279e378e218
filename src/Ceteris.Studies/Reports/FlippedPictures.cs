using System.Globalization;

using Ceteris.Data;
using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>The test images that an arm gains or loses in most seeds.</summary>
static class FlippedPictures
{
    const int Most = 12;

    /// <summary>Gained and lost images; empty without predictions.</summary>
    /// <param name="finding">The arm.</param>
    /// <param name="baseline">What it is compared with.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="images">For the pictures; null for words alone.</param>
    public static IEnumerable<ReportGallery> Of(
        ArmFinding finding, ArmOutcome baseline, IReadOnlyList<string> classes, ImageSet? images)
    {
        if (finding.Images is not { Flipped: { } flipped, Seeds: var seeds })
            yield break;
        Predictions[] before = PredictionsOf(baseline, seeds), after = PredictionsOf(finding.Arm.Outcome, seeds);
        if (images is not null && (images.Count != before[0].Count || !IsSame(images, before[0])))
        {
            throw new ArgumentException(
                $"expected the {before[0].Count} test images of the predictions, got {images}", nameof(images));
        }
        string who = finding.Arm.Name;
        yield return Gallery("Gained", who, baseline.Name, [.. flipped.Gained]);
        yield return Gallery("Lost", baseline.Name, who, [.. flipped.Lost]);

        ReportGallery Gallery(string title, string winner, string loser, FlippedImage[] all)
        {
            string count = string.Create(
                CultureInfo.InvariantCulture, $"{all.Length:N0} image{(all.Length == 1 ? "" : "s")}");
            string some = all.Length <= Most ? ""
                : string.Create(CultureInfo.InvariantCulture, $" The {Most} with the largest difference:");
            return new($"{title}: {count} that {winner} gets right in more seeds than {loser}.{some}",
                [.. all.Take(Most).Select(image => Picture(image, before, after, classes, images))]);
        }
    }

    static ReportPicture Picture(
        FlippedImage image, Predictions[] before, Predictions[] after, IReadOnlyList<string> classes, ImageSet? images)
    {
        int i = image.Image;
        string label = classes[before[0].Labels.Span[i]];
        return new(
            images is null ? null : Png.ToBytes(Data.Picture.Of(images, i)),
            string.Create(CultureInfo.InvariantCulture, $"{label}, image {i}"),
            [$"before: {Votes(before, i, classes)}", $"after: {Votes(after, i, classes)}"]);
    }

    /// <summary><c>9 (4 of 5), 4 (1)</c>: the answers of all seeds, the most frequent first.</summary>
    static string Votes(Predictions[] predictions, int image, IReadOnlyList<string> classes)
    {
        const int Shown = 3;
        var votes = predictions.GroupBy(p => p.Predicted.Span[image])
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key).ToArray();
        string text = string.Join(", ", votes.Take(Shown).Select(
            (g, rank) => string.Create(CultureInfo.InvariantCulture,
                $"{classes[g.Key]} ({g.Count()}{(rank == 0 ? $" of {predictions.Length}" : "")})")));
        return votes.Length > Shown ? text + ", …" : text;
    }

    static Predictions[] PredictionsOf(ArmOutcome arm, IReadOnlyList<long> seeds) =>
        [.. seeds.Select(seed => arm.Blocks.First(block => block.Seed == seed).Predictions!)];

    static bool IsSame(ImageSet images, Predictions predictions) =>
        Enumerable.Range(0, images.Count).All(i => images.Label(i) == predictions.Labels.Span[i]);
}
