using System.CommandLine;

using Ceteris.Data;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>Which study, on which data, how large: what all commands over study files have.</summary>
sealed class StudyOptions
{
    const int MostBlocks = 10_000;

    readonly Argument<string> file = new("STUDY")
    {
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "STUDY",
        Description = "a study file, a study of the store, or a shipped study: "
            + string.Join(", ", ShippedStudies.Names),
    };

    readonly Option<string> data = new("--data")
    {
        HelpName = "NAME",
        Description = "another data set, with the same ranges and in the study's full form: "
            + string.Join(", ", DataSets.All.Select(set => set.Name)),
    };

    readonly Option<string> blocks = new("--blocks")
    {
        HelpName = "N",
        Description = "as many blocks (seeds) [the study's]",
    };

    readonly Option<bool> quick = new("--quick")
    {
        Description = "the study's quick form, to see what comes out of it",
    };

    readonly Option<bool> full = new("--full")
    {
        Description = "the study's full form, as large as the question was first asked; another data set implies it",
    };

    public StudyOptions(CliCommand command)
    {
        command.Arguments.Add(file);
        command.Add("Study", data);
        command.Add("Study", blocks);
        command.Add("Study", quick);
        command.Add("Study", full);
    }

    /// <param name="line">The command line.</param>
    /// <param name="store">The folder of the store, whose studies can be named, too; null for the usual one.</param>
    /// <exception cref="StudyException">The study cannot be.</exception>
    public Study Read(ParseResult line, string? store = null)
    {
        if (line.GetValue(file) is not { Length: > 0 } name)
        {
            throw new UsageException("expected a study file or a shipped study, got none; shipped are "
                + string.Join(", ", ShippedStudies.Names));
        }
        Study study = InStore(name, SharedOptions.StoreRoot(store)) ?? ShippedStudies.Find(name);
        if (line.GetValue(quick) && line.GetValue(full))
            throw new UsageException("expected --quick or --full, got both");
        if (line.GetValue(quick))
            study = study.Quickly();
        if (line.GetValue(full))
            study = study.Fully();
        if (line.GetValue(data) is { } set)
            study = study.On(set);
        if (line.GetValue(blocks) is { } text)
            study = study.WithBlocks(SharedOptions.WholeNumber(blocks.Name, text, 1, MostBlocks));
        return study;
    }

    static Study? InStore(string name, string root)
    {
        if (File.Exists(name) || ShippedStudies.Names.Contains(name) || !RunStore.Exists(root))
            return null;
        using RunStore store = RunStore.Open(root);
        return StudyFolder.List(store).FirstOrDefault(folder => folder.Name == name)?.Read();
    }
}
