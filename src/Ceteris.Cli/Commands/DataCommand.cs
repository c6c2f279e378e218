using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary><c>ceteris data</c>: list, show, fetch.</summary>
sealed class DataCommand(Terminal terminal, IReadOnlyList<IDataset> sets)
{
    public static CliCommand Create(Terminal terminal, IReadOnlyList<IDataset> sets)
    {
        var data = new DataCommand(terminal, sets);
        var command = new CliCommand("data", "List, look at and fetch data sets.");
        command.Subcommands.Add(data.CreateList());
        command.Subcommands.Add(data.CreateShow());
        command.Subcommands.Add(data.CreateFetch());
        return command;
    }

    CliCommand CreateList()
    {
        var command = new CliCommand("list", "List the data sets, and where they are.");
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder());
        Option<bool> json =
            command.Add(CliCommand.RunGroup, SharedOptions.Json("an array with an object for each set"));
        command.Execute = line =>
        {
            DataFolders folders = SharedOptions.FoldersOf(line, dataFolder);
            Screen screen = terminal.People(line.GetValue(json));
            int width = sets.Max(set => set.Name.Length);
            foreach (IDataset set in sets)
            {
                screen.Line($"{screen.Bold(set.Name.PadRight(width))}  {set.Title}");
                string size = $"{Format.Count(set.TrainCount)} + {Format.Count(set.TestCount)} images {set.Image}";
                screen.Line($"{new string(' ', width)}  {screen.Dim($"{size}; {Where(set, folders)}")}");
            }
            foreach (string missing in folders.Missing)
                screen.Line($"{screen.Warn("note:")} {missing}");
            if (line.GetValue(json))
                terminal.Out.Line(Format.Json(new JsonArray([.. sets.Select(set => Json(set, folders))])));
            return ExitCode.Ok;
        };
        return command;
    }

    CliCommand CreateShow()
    {
        var command = new CliCommand(
            "show", "Show what is in a data set: counts, mean and standard deviation, hashes, and a sheet of pictures.")
        {
            Examples = [("ceteris data show digits", "what ceteris trains on unless told otherwise")],
        };
        var name = Name();
        command.Arguments.Add(name);
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, SharedOptions.DataFolder());
        Option<string> gallery = command.Add(CliCommand.RunGroup, new Option<string>("--gallery")
        {
            HelpName = "FILE.png",
            Description = "where to draw the sheet of pictures [NAME-gallery.png, here]",
        });
        Option<bool> json = command.Add(CliCommand.RunGroup, SharedOptions.Json("an object with all that is shown"));
        command.Execute = line =>
        {
            IDataset set = Find(line.GetValue(name));
            string sheet = line.GetValue(gallery) ?? $"{set.Name}-gallery.png";
            if (!Path.GetExtension(sheet).Equals(".png", StringComparison.OrdinalIgnoreCase))
                throw new UsageException($"{gallery.Name}: expected a file that ends in .png, got '{sheet}'");
            DataFolders folders = SharedOptions.FoldersOf(line, dataFolder);
            ImageSplits splits = Show(terminal.People(line.GetValue(json)), set, folders, sheet);
            if (line.GetValue(json))
            {
                JsonObject result = Json(set, folders);
                (result["train"], result["test"]) = (Json(splits.Train), Json(splits.Test));
                result["gallery"] = Path.GetFullPath(sheet);
                terminal.Out.Line(Format.Json(result));
            }
            return ExitCode.Ok;
        };
        return command;
    }

    CliCommand CreateFetch()
    {
        var command = new CliCommand("fetch", "Fetch a data set from its publisher.")
        {
            Details = "Size and check sum are those that were published, before a file gets its name; a transfer that "
                + "was cut goes on where it ended.",
            Examples = [("ceteris data fetch mnist", "into the user's cache"),
                ("ceteris data fetch kmnist --data-dir data", "into data/kmnist")],
        };
        var name = Name();
        command.Arguments.Add(name);
        Option<string> dataFolder = command.Add(CliCommand.RunGroup, new Option<string>("--data-dir")
        {
            HelpName = "FOLDER",
            Description = "below which folder to put it [the user's cache]",
        });
        command.Execute = line =>
        {
            IDataset set = Find(line.GetValue(name));
            DataFolders folders = DataFolders.OfUser();
            Fetch(terminal.Out, set, folders, line.GetValue(dataFolder) is { } given ? Path.Combine(given, set.Name)
                : folders.CacheOf(set.Name));
            return ExitCode.Ok;
        };
        return command;
    }

    static void Fetch(Screen screen, IDataset set, DataFolders folders, string folder)
    {
        if (set is not MnistLike published)
        {
            Busy.While(screen, $"making {set.Name}", notice => set.Load(folders, notice));
            screen.Line($"{screen.Good("ready")} {set.Name}: made here, there is nothing to fetch");
            return;
        }
        string now = $"fetching {set.Name}";
        ImageSplits splits;
        try
        {
            splits = Busy.While(screen, () => Volatile.Read(ref now), _ =>
            {
                using HttpClient client = Fetcher.CreateClient();
                return new Fetcher(client).FetchAsync(published, folder, at => Volatile.Write(ref now, Describe(at)))
                    .GetAwaiter().GetResult();
            });
        }
        catch (Exception e) when (StorageException.IsFileFailure(e))
        {
            var failure = StorageException.Of("fetch into", Path.GetFullPath(folder), e);
            failure.Data[CeterisCommand.Hint] = "--data-dir names another folder, XDG_CACHE_HOME another cache";
            throw failure;
        }
        screen.Line(
            $"{screen.Good("ready")} {set.Name}: {Format.Count(splits.Train.Count)} + "
                + $"{Format.Count(splits.Test.Count)} images in {Invocation.PathHere(folder)}");
    }

    static string Describe(FetchProgress at) =>
        $"{at.File}  {Format.Bytes(at.Received)}{(at.Total is { } total ? $" of {Format.Bytes(total)}" : "")}";

    static ImageSplits Show(Screen screen, IDataset set, DataFolders folders, string gallery)
    {
        ImageSplits splits = Busy.While(screen, $"loading {set.Name}", notice =>
        {
            ImageSplits loaded = set.Load(folders, notice);
            _ = (loaded.Train.Sha256, loaded.Test.Sha256, loaded.Train.Statistics, loaded.Test.Statistics);
            return loaded;
        });
        screen.Line($"{screen.Bold(set.Name)}  {set.Title}");
        if (set.FolderIn(folders) is not null)
            screen.Line($"  from   {Where(set, folders)}");
        foreach ((string part, ImageSet images) in new[] { ("train", splits.Train), ("test", splits.Test) })
        {
            ImageStatistics statistics = images.Statistics;
            screen.Line(
                $"  {part,-5}  {Format.Count(images.Count)} images {images.Image}, mean {Numbers(statistics.Mean)}, "
                    + $"std {Numbers(statistics.StandardDeviation)}");
            screen.Line(screen.Dim($"         sha256 {images.Sha256}"));
        }
        var table = new TextTable(screen, "class", " train", " test");
        for (int c = 0; c < set.Classes.Count; c++)
            table.Row(set.Classes[c], Format.Count(splits.Train.Statistics.ClassCounts[c]),
                Format.Count(splits.Test.Statistics.ClassCounts[c]));
        table.Write();
        StorageException.During("write", gallery, () => Png.Write(gallery, Gallery.ByClass(splits.Train)));
        screen.Line(
            $"{screen.Bold(Invocation.PathHere(Path.GetFullPath(gallery)))}  "
                + $"{screen.Dim("the first images of each class")}");
        return splits;
    }

    static JsonObject Json(IDataset set, DataFolders folders) => new()
    {
        ["name"] = set.Name,
        ["title"] = set.Title,
        ["image"] = new JsonArray([.. set.Image.Select(size => JsonValue.Create(size))]),
        ["classes"] = new JsonArray([.. set.Classes.Select(name => JsonValue.Create(name))]),
        ["train_count"] = set.TrainCount,
        ["test_count"] = set.TestCount,
        ["folder"] = set.FolderIn(folders) is { } folder ? Path.GetFullPath(folder) : null,
    };

    static JsonObject Json(ImageSet images) => new()
    {
        ["count"] = images.Count,
        ["class_counts"] = new JsonArray([.. images.Statistics.ClassCounts.Select(n => JsonValue.Create(n))]),
        ["mean"] = new JsonArray([.. images.Statistics.Mean.Select(x => JsonValue.Create(x))]),
        ["std"] = new JsonArray([.. images.Statistics.StandardDeviation.Select(x => JsonValue.Create(x))]),
        ["sha256"] = images.Sha256,
    };

    Argument<string> Name() => new("NAME")
    {
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "NAME",
        Description = $"one of {string.Join(", ", sets.Select(set => set.Name))}",
    };

    IDataset Find(string? name) => name is not null ? DataSets.Find(name, sets)
        : throw new UsageException(
            $"expected a data set, got none; there are {string.Join(", ", sets.Select(set => set.Name))}");

    static string Where(IDataset set, DataFolders folders) =>
        set.FolderIn(folders) is { } folder ? Invocation.PathHere(folder)
            : set is MnistLike ? "not here; can be fetched" : "made on first use";

    static string Numbers(IEnumerable<double> numbers) =>
        string.Join(", ", numbers.Select(n => n.ToString("0.0000", CultureInfo.InvariantCulture)));
}
