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

    [Fact]
    public void ADamagedRunIsNamedWithWhatToDo()
    {
        string damaged = Directory.GetFiles(Path.Combine(Store, "runs"), Predictions.FileName,
            SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        byte[] report = File.ReadAllBytes(Path.Combine(Store, "studies", "victim", "report.md"));
        File.WriteAllBytes(damaged, File.ReadAllBytes(damaged)[..^1]);

        CliRun verified = Here("verify", "victim", "--data-dir", data.Root);
        Assert.Equal(1, verified.Code);
        Assert.Contains("runs to make it from", verified.Out, StringComparison.Ordinal);
        Assert.Contains("store gc --damaged", Here("report", "victim", "--data-dir", data.Root).Error,
            StringComparison.Ordinal);

        Assert.Equal(0, Here("store", "gc", "--damaged").Code);
        Assert.Equal(0, Here("study", "run", data["victim.yaml"], "--data-dir", data.Root).Code);
        Assert.Equal(report, File.ReadAllBytes(Path.Combine(Store, "studies", "victim", "report.md")));
        CliRun again = Here("verify", "victim", "--data-dir", data.Root);
        Assert.True(again.Code == 0, again.ToString());
        Assert.Contains("of level L0, 4 of level L4", again.Out, StringComparison.Ordinal);
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

    CliRun Here(params string[] args) => CliRun.Here([.. args, "--store", Store]);
}
