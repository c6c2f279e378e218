using System.Diagnostics;

using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>
/// Shows a run: a row for each epoch and, on a terminal, bars below them. The training thread only writes numbers into
/// a struct.
/// </summary>
sealed class TrainingDisplay : ITrainingObserver, IDisposable
{
    readonly Screen screen;
    readonly StopRequest stop;
    readonly LiveRegion region;
    readonly LossCourse course = new();
    readonly Lock gate = new();
    RunStart? run;
    Latest latest;
    long startedAt;

    double best;

    public TrainingDisplay(Screen screen, StopRequest stop)
    {
        (this.screen, this.stop) = (screen, stop);
        region = new(screen, Frame);
    }

    /// <summary>Where training is, and the losses since somebody looked last.</summary>
    record struct Latest(StepProgress Step, double LossSum, int Losses);

    public void Started(RunStart start)
    {
        startedAt = Stopwatch.GetTimestamp();
        lock (gate)
            run = start;
        foreach (string line in Heading(start))
            region.Post(line);
    }

    public void Stepped(in StepProgress step)
    {
        lock (gate)
            latest = new(step, latest.LossSum + step.BatchLoss, latest.Losses + 1);
    }

    public void EpochEnded(EpochRecord epoch, MetricRow row) =>
        region.Post(screen.IsLive ? Row(epoch, row) : PlainRow(epoch, row));

    public void Noticed(string message) => region.Post($"{screen.Warn("warning:")} {message}");

    public void Dispose() => region.Dispose();

    IEnumerable<string> Heading(RunStart start)
    {
        Recipe recipe = start.Recipe;
        yield return $"{screen.Bold(recipe.Network)} on {screen.Bold(recipe["data"]!)}, seed {recipe.Seed}: "
            + $"{Format.Count(start.Data.Train.Count)} images, {Format.Count(start.Parameters)} parameters";
        yield return screen.Dim(
            $"{Format.Plural(recipe.Epochs, "epoch")} of {Format.Plural(start.StepsPerEpoch, "step")}, "
            + $"{Format.Plural(start.Threads, "thread")}, into {Invocation.PathHere(start.Folder)}");
        if (start.ResumedAt > 0)
            yield return $"resumed after step {Format.Count(start.ResumedAt)} of {Format.Count(start.Steps)}";
        if (screen.IsLive)
        {
            yield return "";
            string validation = start.Data.Validation is null ? "" : "validation  ";
            yield return screen.Dim(
                $"  epoch  train loss  accuracy  {validation}test loss  accuracy  images/s        time");
        }
    }

    string Row(EpochRecord epoch, MetricRow row)
    {
        string validation = epoch.Validation is { } tally ? $"{Format.Percent(tally.Accuracy),10}  " : "";
        string accuracy = $"{(row.TestAccuracy is { } share ? Format.Percent(share) : ""),8}";
        if (row.TestAccuracy > best)
            (best, accuracy) = (row.TestAccuracy.Value, screen.Bold(accuracy));
        string loss = row.TestLoss is { } number ? Format.Loss(number) : "";
        return $"  {epoch.Epoch,5}  {Format.Loss(row.TrainLoss),10}  {Format.Percent(row.TrainAccuracy),8}  "
            + $"{validation}"
            + $"{loss,9}  {accuracy}  {Format.Count((long)row.ImagesPerSecond),8}  {Format.Duration(row.Seconds),10}";
    }

    string PlainRow(EpochRecord epoch, MetricRow row)
    {
        string validation = epoch.Validation is { } tally
            ? $"  validation {Format.Loss(tally.Loss)} {Format.Percent(tally.Accuracy)}" : "";
        string test = epoch.Test is { } on ? $"  test {Format.Loss(on.Loss)} {Format.Percent(on.Accuracy)}" : "";
        string train = $"train {Format.Loss(row.TrainLoss)} {Format.Percent(row.TrainAccuracy)}";
        return $"epoch {epoch.Epoch}/{run!.Recipe.Epochs}  {train}{validation}{test}"
            + $"  {Format.Count((long)row.ImagesPerSecond)} images/s  {Format.Duration(row.Seconds)}";
    }

    IReadOnlyList<string> Frame(int width)
    {
        Latest now;
        RunStart? start;
        lock (gate)
        {
            (now, start) = (latest, run);
            latest = latest with { LossSum = 0, Losses = 0 };
        }
        if (start is null)
            return [];
        if (stop.Reason is not null)
            region.ReleaseCursor();
        StepProgress step = now.Step;
        if (now.Losses > 0)
            course.Add(now.LossSum / now.Losses);
        long done = Math.Max(step.Step, start.ResumedAt);
        string epoch = $"{Math.Max(1, step.Epoch)}/{start.Recipe.Epochs}",
            inEpoch = $"{step.StepInEpoch}/{start.StepsPerEpoch}";
        int label = Math.Max($"{start.Recipe.Epochs}".Length, $"{start.StepsPerEpoch}".Length) * 2 + 10;
        string left = stop.Reason is { } reason ? $"{reason}: saving after this step" : Left(done, start);
        return
        [
            Bar("epoch", epoch, label, (double)done / start.Steps, left, width),
            Bar("step", inEpoch, label, (double)step.StepInEpoch / start.StepsPerEpoch, Speed(step, start), width),
            step.Step == 0 ? ""
                : $"  loss   {Format.Loss(step.Epochal.Loss)}  accuracy {Format.Percent(step.Epochal.Accuracy)}"
                + (screen.HasUnicode ? $"  {screen.Accent(course.ToString())}" : ""),
        ];
    }

    string Bar(string name, string count, int label, double share, string after, int width)
    {
        const int Percent = 7;
        int length = Math.Max(5, width - label - Percent - 24);
        int full = (int)(Math.Clamp(share, 0, 1) * length);
        string filled = new(screen.Pick("━", "#")[0], full), rest = new(screen.Pick("─", ".")[0], length - full);
        string left = $"  {name}{count.PadLeft(label - 3 - name.Length)} ";
        string percent = FormattableString.Invariant($"{Math.Floor(100 * share),4:0} %");
        return $"{left}{screen.Accent(filled)}{screen.Dim(rest)}{percent}  {after}";
    }

    /// <summary>By the time that this session has taken, evaluations included.</summary>
    string Left(long done, RunStart start)
    {
        long here = done - start.ResumedAt;
        double seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        return here < 2 || seconds < 1 ? ""
            : $"{Format.Duration(Math.Ceiling(seconds / here * (start.Steps - done)))} left";
    }

    static string Speed(in StepProgress step, RunStart start)
    {
        long images = (Math.Max(1, step.Epoch) - 1L) * start.Data.Train.Count + step.Epochal.Images;
        return step.Seconds == 0 ? "" : $"{Format.Count((long)(images / step.Seconds))} images/s";
    }
}
