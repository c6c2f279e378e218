using System.Diagnostics;

using Ceteris.Statistics;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>
/// Shows a study: a line for each run that ends and, on a terminal, below them the runs at work, a bar for all of them,
/// and what the arms look like so far, with intervals that stay valid however often one looks.
/// </summary>
sealed class StudyDisplay : IStudyObserver, IDisposable
{
    const int MostArms = 8, MostName = 36;

    readonly Screen screen;
    readonly StopRequest stop;
    readonly LiveRegion region;
    readonly Lock gate = new();
    readonly List<RunWatch> working = [];
    readonly Dictionary<StudyTask, BlockOutcome> ended = [];
    readonly long start = Stopwatch.GetTimestamp();
    Study? study;
    int runs, trained;
    double share;

    public StudyDisplay(Screen screen, StopRequest stop)
    {
        (this.screen, this.stop) = (screen, stop);
        region = new(screen, Frame);
    }

    public void Started(Study study, int runs)
    {
        lock (gate)
            (this.study, this.runs) = (study, runs);
    }

    public ITrainingObserver Training(StudyTask task)
    {
        var watch = new RunWatch(task, message => region.Post($"{screen.Warn("warning:")} {Format.Plain($"{task}: {message}")}"));
        lock (gate)
            working.Add(watch);
        return watch;
    }

    public void Waiting(StudyTask task, LeaseOwner? owner)
    {
        lock (gate)
            Leave(task);
    }

    public void Ended(StudyTask task, BlockOutcome outcome, bool wasThere)
    {
        lock (gate)
        {
            Leave(task);
            ended[task] = outcome;
            if (wasThere)
                return;
            (trained, share) = (trained + 1, share + 1);

            // Within the lock, so that lines come in the order of their numbers.
            region.Post(Row(task, outcome, ended.Count));
        }
    }

    public void Failed(StudyTask task, Exception error)
    {
        lock (gate)
            Leave(task);
        region.Post($"{screen.Bad("could not run")} {Format.Plain($"{task}: {error.Message}")}");
    }

    public void Dispose() => region.Dispose();

    /// <summary>What a run at work says of itself; the training thread only writes numbers.</summary>
    sealed class RunWatch(StudyTask task, Action<string> notice) : ITrainingObserver
    {
        public StudyTask Task => task;

        public long Steps { get; private set; }

        public long At { get; private set; }

        public string State { get; private set; } = "preparing";

        public double Share => Steps == 0 ? 0 : (double)At / Steps;

        public void Started(RunStart run)
        {
            (Steps, At, State) = (run.Steps, run.ResumedAt, $"epoch 1/{run.Recipe.Epochs}");
            epochs = run.Recipe.Epochs;
        }

        public void Stepped(in StepProgress step) => At = step.Step;

        public void EpochEnded(EpochRecord epoch, MetricRow row) => State =
            $"epoch {epoch.Epoch}/{epochs}"
            + (row.TestAccuracy is { } accuracy ? $", test {Format.Percent(accuracy)}" : "");

        public void Noticed(string message) => notice(message);

        int epochs;
    }

    void Leave(StudyTask task) => working.RemoveAll(watch => watch.Task == task);

    string Row(StudyTask task, BlockOutcome outcome, int done)
    {
        string result = outcome.Missing is { } missing ? screen.Bad(missing)
            : outcome.Run!.Result is { } run ? $"test {Format.Percent(run.Test.Accuracy)}" : "";
        string count = screen.Dim($"{done.ToString().PadLeft($"{runs}".Length)}/{runs}");
        return $"  {count}  {Clip(task.Arm.Name).PadRight(NameWidth())}  seed {task.Seed,-4}  {result}"
            + screen.Dim($"  {Format.Duration(outcome.Run!.Environment.Seconds)}");
    }

    int NameWidth() => Math.Min(MostName, study!.Arms.Max(arm => Format.Plain(arm.Name).Length));

    string Clip(string name) => Format.Plain(name) is { Length: > MostName } plain
        ? plain[..(MostName - 1)] + screen.Pick("…", ".") : Format.Plain(name);

    IReadOnlyList<string> Frame(int width)
    {
        lock (gate)
        {
            if (study is null)
                return [];
            if (stop.Reason is not null)
                region.ReleaseCursor();
            var lines = new List<string> { "" };
            foreach (RunWatch watch in working)
            {
                lines.Add($"  {Clip(watch.Task.Arm.Name).PadRight(NameWidth())}  seed {watch.Task.Seed,-4} "
                    + $"{Bar(watch.Share, 20)}  {watch.State}");
            }
            double begun = working.Sum(watch => watch.Share), all = (ended.Count + begun) / runs;
            string left = stop.Reason is { } reason ? $"{reason}: saving" : Left(begun);
            int room = Math.Clamp(width - 50, 10, 60);
            lines.Add($"  {screen.Bold("all runs")} {ended.Count}/{runs} {Bar(all, room)} {100 * all,3:0} %  {left}");
            lines.AddRange(SoFar());
            return lines;
        }
    }

    string Bar(double share, int length)
    {
        int full = (int)(Math.Clamp(share, 0, 1) * length);
        return screen.Accent(new string(screen.Pick("━", "#")[0], full))
            + screen.Dim(new string(screen.Pick("─", ".")[0], length - full));
    }

    /// <summary>By what was trained in this session.</summary>
    string Left(double begun)
    {
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, done = share + begun;
        return done < 0.05 || seconds < 2 ? ""
            : $"{Format.Duration(Math.Ceiling(seconds / done * (runs - ended.Count - begun)))} left";
    }

    /// <summary>Each arm against the baseline, as far as there are pairs.</summary>
    IEnumerable<string> SoFar()
    {
        ArmScores[] scores = [.. study!.Arms.Select(ScoresOf)];
        if (scores.Length < 2 || scores[0].Present.Count == 0)
            yield break;
        foreach (ArmScores arm in scores.Skip(1).Take(MostArms).Where(arm => arm.Present.Count > 0
            && arm.Metric == scores[0].Metric))
        {
            PairedComparison pair = PairedComparison.Of(scores[0], arm);
            if (pair.Mean is not { } mean)
                continue;
            string interval = pair.Test is { } test && AlwaysValid.Of(test).Interval is { } valid
                ? $"95 % {InWords.Signed(valid.Low, 2)} to {InWords.Signed(valid.High, 2)}" : "no interval yet";
            yield return $"  {screen.Dim("so far")} {Clip(arm.Name).PadRight(NameWidth())}  {InWords.Signed(mean, 2)} "
                + $"{pair.Metric.Unit} {screen.Dim($"({interval}, {InWords.Seeds(pair.N)})")}";
        }
    }

    ArmScores ScoresOf(StudyArm arm)
    {
        (StudyTask Task, BlockOutcome Outcome)[] of =
            [.. ended.Where(pair => pair.Key.Arm == arm).Select(pair => (pair.Key, pair.Value))];
        int images = of.Select(o => (int?)o.Outcome.Run?.Result?.Test.Total).FirstOrDefault(n => n is > 0) ?? 1;
        return new(arm.Name, study!.Metric.ToStatistics(images),
        [
            .. of.Select(o => o.Outcome is { Missing: null, Run: { } run } && study.Metric.ValueOf(run) is { } value
                ? new BlockScore(o.Task.Seed, value)
                : new BlockScore(o.Task.Seed, null, o.Outcome.Missing ?? "has no value")),
        ]);
    }
}
