using System.CommandLine;

using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris study check</c></summary>
static class StudyCheckCommand
{
    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("check", "Read a study without running it: its arms, runs, cost and time.")
        {
            Examples = [("ceteris study check batch-norm", "a shipped study"),
                ("ceteris study check my-study.yaml --expand", "with every recipe in full")],
        };
        var study = new StudyOptions(command);
        Option<bool> expand = command.Add(CliCommand.RunGroup,
            new Option<bool>("--expand") { Description = "every recipe in full" });
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder()),
            store = command.Add(CliCommand.RunGroup, SharedOptions.Store());
        command.Execute = line =>
        {
            Study asked = study.Read(line, line.GetValue(store));
            asked.CheckForms();
            Describe(terminal.Out, asked, SharedOptions.FoldersOf(line, dataFolder),
                SharedOptions.StoreRoot(line.GetValue(store)));
            if (line.GetValue(expand))
                Expand(terminal.Out, asked);
            return ExitCode.Ok;
        };
        return command;
    }

    static void Describe(Screen screen, Study study, DataFolders folders, string store)
    {
        IReadOnlyList<StudyArm> arms = study.Arms;
        (StudyData? data, string? missing) = Load(screen, study, folders);
        long runs = (long)arms.Count * study.Seeds.Count;
        screen.Line($"{screen.Bold(study.Name)}  {Format.Plain(study.Question)}");
        screen.Line(screen.Dim($"{Format.Plural(arms.Count, "arm")} in {Format.Plural(study.Seeds.Count, "block")}: "
            + $"{Format.Plural(runs, "run")}, compared by {study.Metric}"
            + MarginText(study)));
        if (missing is not null)
            screen.Line($"{screen.Warn("note:")} no times and costs: {missing}");
        int timed = 0;
        StudyEstimate[]? estimates = data is null ? null : Busy.While(
            screen, () => $"timing a few steps of each arm ({timed} of {arms.Count} done)",
            _ => arms.Select(arm =>
            {
                var estimate = StudyEstimate.Of(data.Job(study.RecipeOf(arm, study.Seeds[0])), 1);
                timed++;
                return estimate;
            }).ToArray());
        var table = new TextTable(
            screen, "arm", "changes", " parameters", " multiply-adds", " steps", " a run", " all runs");
        for (int i = 0; i < arms.Count; i++)
        {
            string changes = i == 0 ? "the baseline" : Changes(arms[0].Recipe, arms[i].Recipe);
            if (estimates?[i] is not { } cost)
            {
                table.Row(Format.Plain(arms[i].Name), changes);
                continue;
            }
            table.Row(
                Format.Plain(arms[i].Name), changes, Format.Count(cost.Parameters), Format.Count(cost.MultiplyAdds),
                Format.Count(cost.Steps), Format.Duration(cost.Seconds),
                Format.Duration(cost.Seconds * study.Seeds.Count));
        }
        table.Write();
        if (data is not null && estimates is not null)
        {
            int[] left = Busy.While(screen, "looking into the store", _ => Left(study, data, store));
            double seconds = estimates.Zip(left).Sum(arm => arm.First.Seconds * arm.Second);
            if (runs - left.Sum() is > 0 and long done)
                screen.Line($"{done} of {Format.Plural(runs, "run")} are in the store already, and not run again");
            if (left.Sum() is > 0 and int runsLeft)
            {
                screen.Line($"about {Format.Duration(seconds)} of one processor, "
                    + $"{Format.Duration(seconds / Environment())} with {Environment()} runs at a time"
                    + (runsLeft < runs ? $", for the {Format.Plural(runsLeft, "run")} left" : ""));
            }
        }
        if (study.Seeds.Count < Statistics.Verdict.LeastSeeds)
            screen.Line($"{screen.Warn("note:")} {Few(study.Seeds.Count)}");
    }

    static int Environment() => Kernels.WorkerPool.DefaultThreads;

    static string Few(int blocks) => blocks < 3
        ? $"{Format.Plural(blocks, "block")} {(blocks == 1 ? "gives" : "give")} points and no test; "
            + "five are the least for a claim"
        : $"{Format.Plural(blocks, "block")} are exploratory; five are the least for a claim";

    static string MarginText(Study study) => study switch
    {
        { Margin: { } margin } => $"; differences within ±{Format.Number(margin)} do not matter",
        { SuggestsMargin: true } =>
            "; differences within ±0.10 points, or a tenth of the baseline's error, do not matter",
        _ => "; no margin: equivalence cannot be shown",
    };

    /// <summary>The images of a study; none, and why, if a set has yet to be fetched.</summary>
    static (StudyData? Data, string? Missing) Load(Screen screen, Study study, DataFolders folders)
    {
        try
        {
            return Busy.While<(StudyData?, string?)>(screen, "reading the images", notice =>
            {
                var data = new StudyData(folders, notice);
                data.Check(study);
                return (data, null);
            });
        }
        catch (DataException e) when (e.IsMissing)
        {
            return (null, e.Message);
        }
    }

    /// <summary>How many runs of each arm a store does not have yet.</summary>
    static int[] Left(Study study, StudyData data, string root)
    {
        using RunStore? store = RunStore.Exists(root) ? RunStore.Open(root) : null;
        return [.. study.Arms.Select(arm => study.Seeds.Count(
            seed => store?.Contains(data.Job(study.RecipeOf(arm, seed)).RunId) != true))];
    }

    /// <summary><c>network=base-bn</c>: the keys in which a recipe differs.</summary>
    public static string Changes(Recipe from, Recipe to) => string.Join(" ", RecipeKeys.All
        .Where(key => from[key.Name] != to[key.Name] && to[key.Name] is not null)
        .Select(key => $"{key.Name}={to[key.Name]}"));

    static void Expand(Screen screen, Study study)
    {
        foreach (StudyArm arm in study.Arms)
        {
            screen.Line();
            screen.Line(screen.Bold(Format.Plain(arm.Name)));
            foreach (long seed in study.Seeds)
            {
                Recipe recipe = study.RecipeOf(arm, seed);
                if (seed == study.Seeds[0])
                {
                    foreach ((RecipeKey key, string value) in recipe.Settings)
                        screen.Line($"  {key.Name,-24} {value}");
                }
                screen.Line(screen.Dim($"  seed {seed,-6} data {recipe["data"],-20} recipe {recipe.Sha256}"));
            }
        }
    }
}
