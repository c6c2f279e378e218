using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>
/// Shows a run: a row for each epoch and, on a terminal, bars below them. The training thread only writes numbers into
/// a struct.
/// </summary>
sealed class TrainingDisplay : ITrainingObserver, IDisposable
{
    /// <summary>The table of epochs; on a narrow screen the columns of the greatest rank are left out.</summary>
    static readonly (string Title, int Width, int Rank)[] columns =
    [
        ("epoch", 5, 0), ("train loss", 10, 4), ("accuracy", 8, 5), ("validation", 10, 3), ("test loss", 9, 2),
        ("accuracy", 8, 1), ("images/s", 8, 7), ("time", 10, 6),
    ];

    const int Gap = 2, ValidationColumn = 3, TestColumn = 5;

    // The first steps say nothing of the others: the runtime still compiles what runs.
    static readonly TimeSpan warmUp = TimeSpan.FromSeconds(1);

    readonly Screen screen;
    readonly StopRequest stop;
    readonly TimeProvider time;
    readonly LiveRegion region;
    readonly LossCourse course = new();
    readonly Lock gate = new();
    RunStart? run;
    Latest latest;
    int reported;
    int[] shown = [];
    long startedAt;
    (long At, long Step)? settled;

    double best;

    public TrainingDisplay(Screen screen, StopRequest stop, TimeProvider? time = null)
    {
        (this.screen, this.stop, this.time) = (screen, stop, time ?? TimeProvider.System);
        region = new(screen, Frame);
    }

    /// <summary>Where training is, and the losses since somebody looked last.</summary>
    record struct Latest(StepProgress Step, double LossSum, int Losses);

    public void Started(RunStart start)
    {
        lock (gate)
            (run, startedAt) = (start, time.GetTimestamp());
        foreach (string line in Heading(start))
            region.Post(line);
    }

    public void Stepped(in StepProgress step)
    {
        lock (gate)
        {
            latest = new(step, latest.LossSum + step.BatchLoss, latest.Losses + 1);
            if (settled is null && time.GetElapsedTime(startedAt) >= warmUp)
                settled = (time.GetTimestamp(), step.Step);
        }
    }

    public void EpochEnded(EpochRecord epoch, MetricRow row)
    {
        lock (gate)
            reported = epoch.Epoch;
        if (!screen.IsLive)
        {
            region.Post(PlainRow(epoch, row));
            return;
        }
        int[] fitting = Fitting();
        if (!fitting.SequenceEqual(shown))
        {
            region.Post("");
            region.Post(Titles(fitting));
        }
        region.Post(Row(epoch, row));
    }

    public void Noticed(string message) => region.Post($"{screen.Warn("warning:")} {message}");

    /// <summary>Ends the display for good, though training may go on: all that was told is on the screen.</summary>
    public void End() => region.End();

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
            yield return Titles(Fitting());
        }
    }

    /// <summary>The columns that the screen has room for; never fewer than two.</summary>
    int[] Fitting()
    {
        var fitting = Enumerable.Range(0, columns.Length)
            .Where(i => i != ValidationColumn || run!.Data.Validation is not null).ToList();
        while (fitting.Count > 2 && fitting.Sum(i => Gap + columns[i].Width) >= screen.Columns)
            fitting.Remove(fitting.MaxBy(i => columns[i].Rank));
        return [.. fitting];
    }

    string Titles(int[] fitting)
    {
        shown = fitting;
        return screen.Dim(InColumns(i => columns[i].Title));
    }

    string Row(EpochRecord epoch, MetricRow row)
    {
        string[] cells =
        [
            $"{epoch.Epoch}", Format.Loss(row.TrainLoss), Format.Percent(row.TrainAccuracy),
            Share(row.ValidationAccuracy), row.TestLoss is { } loss ? Format.Loss(loss) : "", Share(row.TestAccuracy),
            Format.Count((long)row.ImagesPerSecond), Format.Duration(row.Seconds),
        ];
        bool isBest = row.TestAccuracy > best;
        if (isBest)
            best = row.TestAccuracy!.Value;
        return InColumns(i => cells[i], i => i == TestColumn && isBest);

        static string Share(double? share) => share is { } known ? Format.Percent(known) : "";
    }

    string InColumns(Func<int, string> cell, Func<int, bool>? isStrong = null) => string.Concat(shown.Select(i =>
    {
        string text = cell(i).PadLeft(columns[i].Width);
        return new string(' ', Gap) + (isStrong?.Invoke(i) == true ? screen.Bold(text) : text);
    }));

    string PlainRow(EpochRecord epoch, MetricRow row)
    {
        string validation = epoch.Validation is { } tally
            ? $"  validation {Format.Loss(tally.Loss)} {Format.Percent(tally.Accuracy)}" : "";
        string test = epoch.Test is { } on ? $"  test {Format.Loss(on.Loss)} {Format.Percent(on.Accuracy)}" : "";
        string train = $"train {Format.Loss(row.TrainLoss)} {Format.Percent(row.TrainAccuracy)}";
        return $"epoch {epoch.Epoch}/{run!.Recipe.Epochs}  {train}{validation}{test}"
            + $"  {Format.Count((long)row.ImagesPerSecond)} images/s  {Format.Duration(row.Seconds)}";
    }

    /// <summary>The lines that are drawn again, in so many columns.</summary>
    public IReadOnlyList<string> Frame(int width)
    {
        Latest now;
        RunStart? start;
        int reports;
        (long, long)? from;
        lock (gate)
        {
            (now, start, reports, from) = (latest, run, reported, settled);
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
        long epoch = 1 + Math.Max(0, done - 1) / start.StepsPerEpoch, inEpoch = done - (epoch - 1) * start.StepsPerEpoch;
        int label = Math.Max($"{start.Recipe.Epochs}".Length, $"{start.StepsPerEpoch}".Length) * 2 + 10;
        string doing = Doing(step, start, epoch, reports) ?? Left(done, start, from);
        string loss = step.Step == 0 ? ""
            : $"  loss   {Format.Loss(step.Epochal.Loss)}  accuracy {Format.Percent(step.Epochal.Accuracy)}";
        bool hasRoom = screen.HasUnicode && loss.Length + Gap + LossCourse.Width <= width;
        return
        [
            Bar("epoch", $"{epoch}/{start.Recipe.Epochs}", label, (double)done / start.Steps, doing, width),
            Bar("step", $"{inEpoch}/{start.StepsPerEpoch}", label, (double)inEpoch / start.StepsPerEpoch,
                Speed(step, start), width),
            hasRoom ? $"{loss}  {screen.Accent(course.ToString())}" : loss,
        ];
    }

    /// <summary>What goes on that is no training step; null if nothing.</summary>
    string? Doing(in StepProgress step, RunStart start, long epoch, int reports)
    {
        bool isReported = epoch % start.Recipe.ReportEvery == 0 || epoch == start.Recipe.Epochs;
        if (step.Step > 0 && step.StepInEpoch == start.StepsPerEpoch && isReported && reports < epoch)
            return "evaluating";
        if (step.Step == start.Steps)
            return "writing results";
        return stop.Reason is { } reason ? $"{reason}: saving" : null;
    }

    /// <summary>A line with a bar, or without where there is no room for both it and what comes after.</summary>
    string Bar(string name, string count, int label, double share, string after, int width)
    {
        const int Percent = 7, After = 24, LeastLength = 5;
        int length = width - label - Percent - After;
        string left = $"  {name}{count.PadLeft(label - 3 - name.Length)} ";
        string percent = FormattableString.Invariant($"{Math.Floor(100 * share),4:0} %");
        if (length < LeastLength)
            return $"{left}{percent}  {after}";
        int full = (int)(Math.Clamp(share, 0, 1) * length);
        string filled = new(screen.Pick("━", "#")[0], full), rest = new(screen.Pick("─", ".")[0], length - full);
        return $"{left}{screen.Accent(filled)}{screen.Dim(rest)}{percent}  {after}";
    }

    /// <summary>By the time that this session has taken once it had warmed up, evaluations included.</summary>
    string Left(long done, RunStart start, (long At, long Step)? from)
    {
        if (from is not { } settled)
            return "";
        long here = done - settled.Step;
        double seconds = time.GetElapsedTime(settled.At).TotalSeconds;
        return here < 2 || seconds < 1 ? ""
            : $"{Format.Duration(Math.Ceiling(seconds / here * (start.Steps - done)))} left";
    }

    static string Speed(in StepProgress step, RunStart start)
    {
        long images = (Math.Max(1, step.Epoch) - 1L) * start.Data.Train.Count + step.Epochal.Images;
        return step.Seconds == 0 ? "" : $"{Format.Count((long)(images / step.Seconds))} images/s";
    }
}
