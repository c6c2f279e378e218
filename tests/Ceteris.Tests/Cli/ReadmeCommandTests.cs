using System.Runtime.CompilerServices;

using Ceteris.Cli;

namespace Ceteris.Tests;

/// <summary>
/// Every command of the README's tour is one that the program understands, on a set that needs no download.
/// </summary>
public sealed class ReadmeCommandTests
{
    public static TheoryData<string> Commands() =>
    [
        .. Readme()
            .Where(line => line.StartsWith("ceteris ", StringComparison.Ordinal))
                .Select(line => line.Split(" #")[0].Trim()),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void CommandsWorkAsWritten(string command)
    {
        using var data = new SmallData();
        Assert.Equal(0, CliRun.Here(data.Train("fc8", "run")).Code);
        Ceteris.Data.Png.Write(data["seven.png"], new(28, 28, 1));

        // What is long or comes from elsewhere is replaced: the images by few of them, the download by its help.
        List<string> args = [.. command.Split(' ').Skip(1).Select(word => word.Trim('\'') switch
        {
            "RUN" => data["run"],
            "seven.png" => data["seven.png"],
            "model.safetensors" => Path.Combine(data["run"], "weights.safetensors"),
            "mnist" when command.Contains("train", StringComparison.Ordinal)
                || command.Contains("study", StringComparison.Ordinal) => "kmnist",
            ['m', 'n', 'i', 's', 't', ':', .. var range] => range.Contains('@') ? "kmnist:50@7" : "kmnist:50",
            var other => other,
        })];
        switch (args[0])
        {
            case "study" or "report" or "verify" when args.IndexOf("batch-norm") is >= 0 and var name:
                File.WriteAllText(data["victim.yaml"], StudyKillTests.File);
                string[] places = ["--store", data["store"], "--data-dir", data.Root];
                args[name] = args[1] == "run" ? data["victim.yaml"] : "victim";
                if (args[1] != "run")
                    Assert.Equal(0, CliRun.Here(["study", "run", data["victim.yaml"], .. places]).Code);
                args.AddRange(places);
                break;
            case "train":
                args.RemoveAll(word => word == "--data-dir");
                if (!args.Contains("--data"))
                    args.AddRange(["--data", "kmnist"]);
                Replace(args, "--epochs", "3");
                args.AddRange(["--data-dir", data.Root, "--out", data["new"], "--threads", "1"]);
                break;
            case "eval" or "verify":
                args.AddRange(["--data-dir", data.Root]);
                break;
            case "store":
                args.AddRange(["--store", data["store"]]);
                break;
            case "runs" when args.Count > 1:
                Assert.Equal(0, CliRun.Here("store", "add", data["run"], "--store", data["store"]).Code);
                args.AddRange(["--store", data["store"]]);
                break;
            case "data" when args[1] == "fetch":
                args.Add("--help");
                break;
        }
        CliRun run = CliRun.Here(args);
        Assert.True(run.Code == 0, $"{string.Join(' ', args)}: {run}");
    }

    [Fact]
    public void TheExitCodesAreThoseOfTheHelp()
    {
        Assert.Equal(ExitCode.All.Select(line => $"| {line.Code} | {line.Meaning} |"),
            Readme().SkipWhile(line => line != "| code | meaning |").Skip(2).TakeWhile(line => line.Length > 0));
        string help = CliRun.Here("--help").Out;
        Assert.All(ExitCode.All, line => Assert.Contains($"  {line.Code} ", help, StringComparison.Ordinal));
    }

    internal static string[] Readme() =>
        File.ReadAllLines(Path.GetFullPath(Path.Combine(Folder(), "..", "..", "..", "README.md")));

    static void Replace(List<string> args, string option, string value)
    {
        int at = args.IndexOf(option);
        if (at < 0)
            args.AddRange([option, value]);
        else
            args[at + 1] = value;
    }

    static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
