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
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder());
        command.Execute = line =>
        {
            Study asked = study.Read(line);
            Describe(terminal.Out, asked, SharedOptions.FoldersOf(line, dataFolder));
            if (line.GetValue(expand))
                Expand(terminal.Out, asked);
            return ExitCode.Ok;
        };
        return command;
    }

    static void Describe(Screen screen, Study study, DataFolders folders)
    {
        IReadOnlyList<StudyArm> arms = study.Arms;
        screen.Line($"{screen.Bold(study.Name)}  {Format.Plain(study.Question)}");
        screen.Line(screen.Dim($"{Format.Plural(arms.Count, "arm")} in {Format.Plural(study.Seeds.Count, "block")}: "
            + $"{Format.Plural((long)arms.Count * study.Seeds.Count, "run")}, compared by {study.Metric}"
            + MarginText(study)));
        StudyEstimate[]? estimates = Estimate(screen, study, folders);
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
        if (estimates is not null)
        {
            double all = estimates.Sum(cost => cost.Seconds) * study.Seeds.Count;
            screen.Line($"about {Format.Duration(all)} of one processor, {Format.Duration(all / Environment())} with "
                + $"{Environment()} runs at a time; {screen.Dim("what the store has already is not run again")}");
        }
        if (study.Seeds.Count < Statistics.Verdict.LeastSeeds)
            screen.Line($"{screen.Warn("note:")} {Few(study.Seeds.Count)}");
    }

    static int Environment() => Kernels.WorkerPool.DefaultThreads;

    static string Few(int blocks) => blocks < 3
        ? $"{Format.Plural(blocks, "block")} give points and no test; five are the least for a claim"
        : $"{Format.Plural(blocks, "block")} are exploratory; five are the least for a claim";

    static string MarginText(Study study) => study switch
    {
        { Margin: { } margin } => $"; differences within ±{Format.Number(margin)} do not matter",
        { SuggestsMargin: true } =>
            "; differences within ±0.10 points, or a tenth of the baseline's error, do not matter",
        _ => "; no margin: equivalence cannot be shown",
    };

    static StudyEstimate[]? Estimate(Screen screen, Study study, DataFolders folders)
    {
        try
        {
            return Busy.While(screen, "timing a few steps of each arm", notice =>
            {
                var data = new StudyData(folders, notice);
                return study.Arms
                    .Select(arm => StudyEstimate.Of(data.Job(study.RecipeOf(arm, study.Seeds[0])), 1)).ToArray();
            });
        }
        catch (DataException e)
        {
            screen.Line($"{screen.Warn("note:")} no times and costs: {e.Message}");
            return null;
        }
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
