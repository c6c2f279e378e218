using System.Globalization;
using System.Text;

namespace Ceteris.Studies;

/// <summary>report.csv: one row for each arm and block.</summary>
static class ReportCsv
{
    /// <summary>Characters that make a spreadsheet take a text for a formula.</summary>
    const string Formula = "=+-@\t\r";

    public static string Of(StudyAnalysis analysis, bool times)
    {
        var csv = new StringBuilder();
        csv.Append("study,arm,is_baseline,seed,state,reason,metric,value,unit,test_correct,test_total,test_loss,");
        csv.Append($"train_accuracy,parameters,multiply_adds,steps,{(times ? "seconds," : "")}run_id,weights_sha256\n");
        foreach (ArmSummary arm in analysis.Arms)
        {
            for (int i = 0; i < arm.Outcome.Blocks.Count; i++)
                Append(csv, analysis, arm, i, times);
        }
        return csv.ToString();
    }

    static void Append(StringBuilder csv, StudyAnalysis analysis, ArmSummary arm, int index, bool times)
    {
        BlockOutcome block = arm.Outcome.Blocks[index];
        RunCertificate? run = block.Run;
        EpochRecord? last = run?.Epochs is [.., var epoch] ? epoch : null;
        Tally? test = run?.Result?.Test ?? last?.Test;
        string[] fields =
        [
            Text(analysis.Study.Name), Text(arm.Name), arm == analysis.Baseline ? "true" : "false", Number(block.Seed),
            Text(run?.Status.State.ToString().ToLowerInvariant() ?? "missing"),
            Text(run?.Status.Reason ?? block.Missing ?? arm.Same?.Reason ?? ""), Text(analysis.Metric.Name),
            Number(arm.Scores.Blocks[index].Value is { } value ? ReportJson.Plain(value * arm.Metric.Scale) : null),
            StudyMetric.IsPoints(arm.Metric) ? "%" : Text(arm.Metric.Unit), Number(test?.Correct),
            Number(test?.Total), Number(test?.Loss),
            Number(last?.Train.Accuracy), Number(run?.Parameters), Number(arm.Outcome.MultiplyAdds),
            Number(run?.Status.Step), .. times ? [Number(run?.Environment.Seconds)] : (string[])[],
            Text(block.RunId), Text(run?.Result?.WeightsSha256 ?? ""),
        ];
        csv.AppendJoin(',', fields).Append('\n');
    }

    static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>Quoted where it must be; a text that a spreadsheet would compute gets an apostrophe.</summary>
    internal static string Text(string text)
    {
        if (text.Length > 0 && Formula.Contains(text[0]))
            text = "'" + text;
        text = VisibleText.Of(text);
        return text.IndexOfAny([',', '"', '\n', '\r']) < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
    }
}
