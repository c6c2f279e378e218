using System.CommandLine;
using System.Globalization;

using Ceteris.Data;

using Spectre.Console;

namespace Ceteris.Cli;

/// <summary><c>ceteris data</c>: list, show, fetch.</summary>
static class DataCommand
{
    public static CliCommand Create(Terminal terminal)
    {
        var command = new CliCommand("data", "List, look at and fetch data sets.");
        command.Subcommands.Add(CreateList(terminal));
        command.Subcommands.Add(CreateShow(terminal));
        return command;
    }

    static CliCommand CreateList(Terminal terminal)
    {
        var command = new CliCommand("list", "List the data sets, and where they are.");
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder());
        command.Execute = line =>
        {
            DataFolders folders = SharedOptions.FoldersOf(line, dataFolder);
            Table table = Tables.Of(terminal.Out, "name", " train", " test", "image", "what it is", "where");
            foreach (IDataset set in DataSets.All)
                table.Row(set.Name, Format.Count(set.TrainCount), Format.Count(set.TestCount), string.Join('x', set.Image), set.Title, Where(set, folders));
            terminal.Out.Write(table);
            return ExitCode.Ok;
        };
        return command;
    }

    static CliCommand CreateShow(Terminal terminal)
    {
        var command = new CliCommand("show", "Show what is in a data set: counts, mean and standard deviation, hashes.")
        {
            Examples = [("ceteris data show digits", "what ceteris trains on unless told otherwise")],
        };
        var name = Name();
        command.Arguments.Add(name);
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder());
        command.Execute = line => Show(terminal.Out, Find(line.GetValue(name)), SharedOptions.FoldersOf(line, dataFolder));
        return command;
    }

    static int Show(Screen screen, IDataset set, DataFolders folders)
    {
        ImageSplits splits = Busy.While(screen, $"loading {set.Name}", notice =>
        {
            ImageSplits loaded = set.Load(folders, notice);
            _ = (loaded.Train.Sha256, loaded.Test.Sha256, loaded.Train.Statistics, loaded.Test.Statistics);
            return loaded;
        });
        screen.Line($"{screen.Bold(set.Name)}  {set.Title}");
        foreach ((string part, ImageSet images) in new[] { ("train", splits.Train), ("test", splits.Test) })
        {
            ImageStatistics statistics = images.Statistics;
            screen.Line($"  {part,-5}  {Format.Count(images.Count)} images {images.Image}, mean {Numbers(statistics.Mean)}, std {Numbers(statistics.StandardDeviation)}");
            screen.Line(screen.Dim($"         sha256 {images.Sha256}"));
        }
        Table table = Tables.Of(screen, "class", " train", " test");
        for (int c = 0; c < set.Classes.Count; c++)
            table.Row(set.Classes[c], Format.Count(splits.Train.Statistics.ClassCounts[c]), Format.Count(splits.Test.Statistics.ClassCounts[c]));
        screen.Write(table);
        return ExitCode.Ok;
    }

    static Argument<string> Name() => new("NAME")
    {
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "NAME",
        Description = $"one of {string.Join(", ", DataSets.All.Select(set => set.Name))}",
    };

    static IDataset Find(string? name) => name is not null ? DataSets.Find(name)
        : throw new UsageException($"expected a data set, got none; there are {string.Join(", ", DataSets.All.Select(set => set.Name))}");

    static string Where(IDataset set, DataFolders folders)
    {
        foreach ((string folder, _) in folders.Candidates(set.Name))
        {
            if (IdxFolder.Find(folder) is not null || File.Exists(Path.Combine(folder, $"{set.Name}_train.csv")))
                return Invocation.PathHere(folder);
        }
        return set is MnistLike ? $"not here: ceteris data fetch {set.Name}" : "made on first use";
    }

    static string Numbers(IEnumerable<double> numbers) => string.Join(", ", numbers.Select(n => n.ToString("0.0000", CultureInfo.InvariantCulture)));
}
