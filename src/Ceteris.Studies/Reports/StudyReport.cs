using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>
/// The report of a study: report.html, one file that needs nothing else, and the same as Markdown, CSV (one row for
/// each arm and block) and JSON (all numbers). The same analysis gives the same bytes.
/// </summary>
public static class StudyReport
{
    public const string Html = "report.html", Markdown = "report.md", Csv = "report.csv", Json = "report.json";

    /// <summary>The files, in the order above.</summary>
    /// <param name="analysis">What is reported.</param>
    /// <param name="testImages">
    /// For pictures of the images that flipped: those whose predictions the runs stored, in their order. Null for none.
    /// </param>
    /// <param name="times">
    /// Whether to tell how long runs took; null for where it means something
    /// (<see cref="StudyOutcome.TimesAreAlone"/>). Without times the report is a function of recipes, data and seeds
    /// alone: the same bytes for whoever repeats the study.
    /// </param>
    /// <exception cref="ArgumentException">The test images are not those of the predictions.</exception>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Files(
        StudyAnalysis analysis, ImageSet? testImages = null, bool? times = null)
    {
        bool showsTimes = times ?? analysis.Outcome.TimesAreAlone;
        ReportDocument document = ReportBuilder.Of(analysis, testImages, showsTimes);
        return
        [
            (Html, Utf8(ReportHtml.Of(document))),
            (Markdown, Utf8(ReportMarkdown.Of(document))),
            (Csv, Utf8(ReportCsv.Of(analysis, showsTimes))),
            (Json, CanonicalJson.Bytes(ReportJson.Of(analysis, showsTimes))),
        ];
    }

    /// <summary>How many runs a report.json tells the result of; 0 if it is none.</summary>
    public static int RunsOf(byte[] json) => RunsOfArms(json).Sum();

    /// <summary>Of how many blocks a report.json tells results, in the arm that has most; 0 if it is none.</summary>
    public static int BlocksOf(byte[] json) => RunsOfArms(json).DefaultIfEmpty(0).Max();

    static int[] RunsOfArms(byte[] json)
    {
        try
        {
            return [.. JsonNode.Parse(json)!["arms"]!.AsArray().Select(arm => (int)arm!["n"]!)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException
            or FormatException)
        {
            return [];
        }
    }

    /// <summary>What cannot be encoded becomes U+FFFD, as in the figures.</summary>
    static byte[] Utf8(string text) => new UTF8Encoding(false).GetBytes(text);
}
