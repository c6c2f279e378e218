using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>What the study commands say of a store that is not as it was left.</summary>
public sealed class StudyCommandTests : IDisposable
{
    readonly SmallData data = new();

    public StudyCommandTests()
    {
        File.WriteAllText(data["victim.yaml"], StudyKillTests.File);
        CliRun run = Here("study", "run", data["victim.yaml"], "--data-dir", data.Root);
        Assert.True(run.Code == 0, run.ToString());
    }

    string Store => data["store"];

    public void Dispose() => data.Dispose();

    [Theory]
    [InlineData(Predictions.FileName, true)]
    [InlineData(Predictions.FileName, false)]
    [InlineData(RunCertificate.FileName, true)]
    public void ADamagedRunIsNamedWithWhatToDo(string file, bool isCut)
    {
        string damaged = Directory.GetFiles(Path.Combine(Store, "runs"), file, SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        byte[] report = File.ReadAllBytes(Path.Combine(Store, "studies", "victim", "report.md"));
        if (isCut)
            File.WriteAllBytes(damaged, File.ReadAllBytes(damaged)[..^9]);
        else
            File.Delete(damaged);

        CliRun verified = Here("verify", "victim", "--data-dir", data.Root);
        Assert.Equal(1, verified.Code);
        Assert.Contains("runs to make it from", verified.Out, StringComparison.Ordinal);
        foreach (string command in (string[])["report", "study show"])
        {
            CliRun told = Here([.. command.Split(' '), "victim", "--data-dir", data.Root]);
            Assert.True(told.Code == (command == "report" ? 1 : 0), told.ToString());
            Assert.Contains("damaged, counts as not there: MLP", told.Error, StringComparison.Ordinal);
            Assert.Contains("store gc --damaged", told.Error, StringComparison.Ordinal);
            Assert.Contains("1 of 12 runs has no result: 1 damaged", told.Out, StringComparison.Ordinal);
            Assert.Equal(command == "report", told.Out.Contains("not written: the report that is there tells of 12 "
                + "runs, this would be one of 11", StringComparison.Ordinal));
            Assert.Equal(report, File.ReadAllBytes(Path.Combine(Store, "studies", "victim", "report.md")));
        }
        File.Delete(Path.Combine(Store, "studies", "victim", "report.json"));
        Assert.Equal(0, Here("report", "victim", "--data-dir", data.Root).Code);
        Assert.NotEqual(report, File.ReadAllBytes(Path.Combine(Store, "studies", "victim", "report.md")));

        Assert.Equal(0, Here("store", "gc", "--damaged").Code);
        Assert.Equal(0, Here("study", "run", data["victim.yaml"], "--data-dir", data.Root).Code);
        Assert.Equal(report, File.ReadAllBytes(Path.Combine(Store, "studies", "victim", "report.md")));
        CliRun again = Here("verify", "victim", "--data-dir", data.Root);
        Assert.True(again.Code == 0, again.ToString());
        Assert.Contains("of level L0, 4 of level L4", again.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ARerunLooksIntoRunsThatWereThere()
    {
        string asks = StudyKillTests.File.Replace("study: victim", "study: probed", StringComparison.Ordinal)
            + "\nlayers: true";
        File.WriteAllText(data["probed.yaml"], asks);
        string[] run = ["study", "run", data["probed.yaml"], "--quick", "--data-dir", data.Root];
        Assert.Equal(0, CliRun.Here([.. run, "--store", data["fresh"]]).Code);
        CliRun first = Here(run);
        Assert.Contains("0 of 4 runs were looked into", first.Out, StringComparison.Ordinal);
        Assert.Contains($"study run probed-quick --rerun --store {Store}` looks into them",
            string.Join(' ', first.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        CliRun again = Here([.. run, "--rerun"]);
        Assert.True(again.Code == 0, again.ToString());
        Assert.Contains("4 runs that had not been looked into are now", again.Out, StringComparison.Ordinal);
        foreach (string name in (string[])["report.html", "report.md", "report.csv", "report.json"])
        {
            Assert.Equal(File.ReadAllText(Path.Combine(data["fresh"], "studies", "probed-quick", name)),
                File.ReadAllText(Path.Combine(Store, "studies", "probed-quick", name)));
        }
        Assert.Equal(0, Here("store", "check").Code);
        Assert.Equal(0, Here("verify", "victim", "--data-dir", data.Root).Code);
        Assert.DoesNotContain("looked into", Here([.. run, "--rerun"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ASettingWithoutEffectIsBadInput()
    {
        File.WriteAllText(data["same.yaml"], """
            study: same
            question: Does a limit that none reaches matter?
            baseline: { name: MLP, network: mlp, network.hidden: 8, data: kmnist, epochs: 1, batch: 16, lr: 0.1 }
            factors: { limit: { levels: { none: {}, far: { clip-norm: 100000 } } } }
            blocks: 2
            """);
        CliRun run = Here("study", "run", data["same.yaml"], "--data-dir", data.Root);
        Assert.Equal(2, run.Code);
        Assert.Contains("are one configuration", run.Out, StringComparison.Ordinal);
        Assert.Contains("The setting (clip-norm) took no effect", run.Out.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Store, "studies", "same", "report.html")));
        CliRun shown = Here("study", "show", "same", "--data-dir", data.Root);
        Assert.Contains("are one configuration", shown.Out, StringComparison.Ordinal);
        Assert.Equal(0, Here("report", "same", "--data-dir", data.Root).Code);
    }

    [Fact]
    public void BlocksThatAreAddedAfterALookAreSaidToBe()
    {
        CliRun run = Here("study", "add-blocks", "victim", "1", "--data-dir", data.Root);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("1 block is added after a look at the results", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("after a look",
            Here("study", "run", data["victim.yaml"], "--data-dir", data.Root).Out, StringComparison.Ordinal);

        // The report says so too, also when it is made again, and --force is no way to forget it.
        string report = Path.Combine(Store, "studies", "victim", "report.md");
        const string Said = "after results had been seen (at 6 seeds)";
        Assert.Contains(Said, File.ReadAllText(report), StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(report);
        File.Delete(report);
        Assert.Equal(0, Here("report", "victim", "--data-dir", data.Root).Code);
        Assert.Equal(bytes, File.ReadAllBytes(report));
        CliRun verified = Here("verify", "victim", "--data-dir", data.Root);
        Assert.True(verified.Code == 0, verified.ToString());
        Assert.Contains("4 of level L4", verified.Out, StringComparison.Ordinal);
        Assert.Equal(0, Here("study", "run", data["victim.yaml"], "--force", "--data-dir", data.Root).Code);
        Assert.Contains("after results had been seen (at 6 and 7 seeds)", File.ReadAllText(report),
            StringComparison.Ordinal);
    }

    [Fact]
    public void BlocksThatAreAddedBeforeAnyLookAreNotSaidToBe()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Store, "studies", "victim"), "report.*"))
            File.Delete(file);
        Assert.Equal(0, Here("study", "run", data["victim.yaml"], "--blocks", "7", "--data-dir", data.Root).Code);
        Assert.DoesNotContain("had been seen",
            File.ReadAllText(Path.Combine(Store, "studies", "victim", "report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnreadableStudyHidesNoOther()
    {
        Directory.CreateDirectory(Path.Combine(Store, "studies", "broken"));
        File.WriteAllText(Path.Combine(Store, "studies", "broken", StudyFolder.FileName), "{ \"study\": 7 ");
        CliRun list = Here("study", "list");
        Assert.Equal(0, list.Code);
        Assert.Contains("studies/broken/study.json", list.Out, StringComparison.Ordinal);
        Assert.Contains("victim", list.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void AQuickFormThatCannotBeHidesNoFinishedStudy()
    {
        string path = Path.Combine(Store, "studies", "victim", StudyFolder.FileName);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"quick\": {",
            """
            "quick": {
                "factors": {"images": {"levels": {"few": {"data": "kmnist:9"}, "other": {"data": "mnist:9"}}}},
            """, StringComparison.Ordinal));
        foreach (string command in (string[])["report", "study show", "study add-blocks", "study run", "verify"])
        {
            string[] more = command == "study add-blocks" ? ["1"] : [];
            CliRun run = Here([.. command.Split(' '), "victim", .. more, "--data-dir", data.Root]);
            Assert.True(run.Code == 0, $"{command}: {run}");
        }
        foreach (string[] asking in (string[][])[["run", "victim", "--quick"], ["check", "victim"]])
        {
            CliRun run = Here(["study", .. asking, "--data-dir", data.Root]);
            Assert.True(run.Code == 2, run.ToString());
            Assert.Matches(@"error: studies/victim/study\.json\(\d+,\d+\): in the quick form: expected arms",
                run.Error);
        }
    }

    [Fact]
    public void ARebuildNamesWhatItCannotRead()
    {
        string[] runs = [.. Directory.GetFiles(Path.Combine(Store, "runs"), RunCertificate.FileName,
            SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(2)];
        File.WriteAllText(runs[0], File.ReadAllText(runs[0])[..99]);
        File.WriteAllText(runs[1], "{}");
        CliRun rebuilt = Here("store", "rebuild");
        Assert.Contains("12 runs, 2 of which cannot be read", rebuilt.Out, StringComparison.Ordinal);
        Assert.Contains($"{runs[0]}: expected a certificate, got a text that is no JSON", rebuilt.Out,
            StringComparison.Ordinal);
        Assert.Contains($"{runs[1]}: expected a certificate, got JSON of another kind", rebuilt.Out,
            StringComparison.Ordinal);
    }

    CliRun Here(params string[] args) => CliRun.Here([.. args, "--store", Store]);
}
