using System.Diagnostics;
using System.Globalization;

using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>
/// Studies whose process is killed at random moments until they are done: the report is that of an undisturbed study,
/// byte for byte. How often is said by the environment variable CETERIS_STUDY_KILLS, as a number, or N@SEED for other
/// moments.
/// </summary>
public sealed class StudyKillTests(ITestOutputHelper output)
{
    const string Variable = "CETERIS_STUDY_KILLS", Few = "10";

    internal const string File = """
        study: victim
        question: Does batch norm help a small net?
        baseline: { name: MLP, network: mlp, network.hidden: 8, data: kmnist, epochs: 12, batch: 16, lr: 0.1 }
        factors:
          batch norm:
            levels:
              without: {}
              with: { network.batch-norm: true }
        blocks: 6
        margin: suggested
        quick: { blocks: 2 }
        """;

    [Fact]
    public void AKilledStudyEndsWithTheSameReport()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "kill -9 of Unix");
        string[] asked = (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : Few).Split('@');
        int kills = int.Parse(asked[0], CultureInfo.InvariantCulture), killed = 0, studies = 0;
        ulong seed = asked.Length > 1 ? ulong.Parse(asked[1], CultureInfo.InvariantCulture) : 0;
        var random = new RandomStream(StreamKey.For(seed, "study kills"));
        using var data = new SmallData();
        System.IO.File.WriteAllText(data["victim.yaml"], File);
        var watch = Stopwatch.StartNew();
        SortedDictionary<string, string> expected = Complete(data, "calm", null);
        TimeSpan life = watch.Elapsed;
        while (killed < kills)
        {
            string store = $"store-{studies++}";
            while (killed < kills)
            {
                CliRun run = Run(data, store, life * (0.1 + 0.9 * random.NextDouble()));
                if (run.Code == 0)
                {
                    life *= 0.9;
                    break;
                }
                Assert.True(run.Code == CliRun.Killed, run.ToString());
                killed++;
            }
            Assert.Equal(expected, Complete(data, store, null));
            CliRun check = CliRun.Here("store", "check", "--store", data[store]);
            Assert.True(check.Code == 0, check.ToString());
            Directory.Delete(data[store], recursive: true);
        }
        output.WriteLine(FormattableString.Invariant($"{killed} kills in {studies} studies of 12 runs, 0 differences"));
    }

    /// <summary>
    /// The first may train one block only, since this process holds the leases of the others, and is halted until the
    /// second has trained a run.
    /// </summary>
    [Fact]
    public void TwoProcessesAtOneStudyShareTheWork()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "kill -STOP of Unix");
        using var data = new SmallData();
        System.IO.File.WriteAllText(data["victim.yaml"], File);
        SortedDictionary<string, string> expected = Complete(data, "calm", null);
        Study study = StudyReader.Read(File, "victim.yaml");
        var images = new StudyData(DataFolders.OfUser(data.Root));
        using var store = RunStore.Open(data["store"]);
        RunFolder[] held = [.. study.Seeds.Skip(1).SelectMany(seed => study.Arms.Select(arm => RunFolder.Open(
            store.Layout.WorkOf(images.Job(study.RecipeOf(arm, seed)).RunId), store.Layout.Files)))];
        using var isHalted = new ManualResetEventSlim();
        Process? halted = null;
        int first = 0, second = 0;
        CliRun[] runs = new CliRun[2];
        Thread[] threads =
        [
            new(() => runs[0] = Run(data, "store", null, (process, line) =>
            {
                if (!IsTrained(line) || ++first != 2)
                    return;
                CliRun.Signal(halted = process, "STOP");
                Array.ForEach(held, folder => folder.Dispose());
                isHalted.Set();
            })),
            new(() =>
            {
                if (isHalted.Wait(TimeSpan.FromMinutes(2)))
                {
                    runs[1] = Run(data, "store", null, (_, line) =>
                    {
                        if (IsTrained(line) && ++second == 1)
                            CliRun.Signal(halted!, "CONT");
                    });
                }
            }),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(runs, run => Assert.True(run is { Code: 0 }, $"{run}"));
        Assert.True(first >= 2 && second >= 1, $"{first} and {second}");
        // Each process tells of the runs that it trained itself.
        string[] trained =
        [
            .. runs.SelectMany(run => run.Out.Split('\n')).Where(IsTrained)
                .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Skip(1).TakeWhile(word => word != "test"))),
        ];
        Assert.Equal(12, trained.Length);
        Assert.Equal(12, trained.Distinct().Count());
        Assert.Equal(expected, Complete(data, "store", null));

        static bool IsTrained(string line) => line.Contains("  seed ", StringComparison.Ordinal);
    }

    /// <summary>Runs the study to its end; the bytes of its folder, and the identity of every run, by name.</summary>
    static SortedDictionary<string, string> Complete(SmallData data, string store, TimeSpan? moment)
    {
        CliRun run = Run(data, store, moment);
        Assert.True(run.Code == 0, run.ToString());
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(Path.Combine(data[store], "studies", "victim")))
            files[Path.GetFileName(path)] = Sha256Text.Of(System.IO.File.ReadAllBytes(path));
        Assert.Equal(["report.csv", "report.html", "report.json", "report.md", "study.json"], files.Keys);
        string runs = Path.Combine(data[store], "runs");
        foreach (string path in Directory.GetFiles(runs, RunCertificate.FileName, SearchOption.AllDirectories))
        {
            RunCertificate certificate = RunCertificate.Parse(System.IO.File.ReadAllBytes(path), path);
            files[certificate.RunId] = certificate.IdentitySha256;
        }
        Assert.Equal(5 + 12, files.Count);
        return files;
    }

    static CliRun Run(
        SmallData data, string store, TimeSpan? moment, Action<Process, string>? seen = null) => CliRun.AsProcess(
        [
            "study", "run", data["victim.yaml"], "--store", data[store], "--data-dir", data.Root, "--parallel", "2",
        ],
        seen: seen, meanwhile: moment is not { } after ? null : process =>
        {
            if (!process.WaitForExit(after))
                process.Kill();
        });
}
