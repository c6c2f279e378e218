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
        HelpName = "FILE|NAME",
        Description = $"a study file, or a shipped study: {string.Join(", ", ShippedStudies.Names)}",
    };

    readonly Option<string> data = new("--data")
    {
        HelpName = "NAME",
        Description = $"another data set, with the same ranges: {string.Join(", ", DataSets.All.Select(set => set.Name))}",
    };

    readonly Option<string> blocks = new("--blocks") { HelpName = "N", Description = "as many blocks (seeds) [the study's]" };

    readonly Option<bool> quick = new("--quick") { Description = "the study's quick form, to see what comes out of it" };

    public StudyOptions(CliCommand command)
    {
        command.Arguments.Add(file);
        command.Add("Study", data);
        command.Add("Study", blocks);
        command.Add("Study", quick);
    }

    /// <exception cref="StudyException">The study cannot be.</exception>
    public Study Read(ParseResult line)
    {
        if (line.GetValue(file) is not { Length: > 0 } name)
        {
            throw new UsageException(
                $"expected a study file or a shipped study, got none; shipped are {string.Join(", ", ShippedStudies.Names)}");
        }
        Study study = ShippedStudies.Find(name);
        if (line.GetValue(quick))
            study = study.Quickly();
        if (line.GetValue(data) is { } set)
            study = study.On(set);
        if (line.GetValue(blocks) is { } text)
            study = study.WithBlocks(SharedOptions.WholeNumber(blocks.Name, text, 1, MostBlocks));
        return study;
    }
}
