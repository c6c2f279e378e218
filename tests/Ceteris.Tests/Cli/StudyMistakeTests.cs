using System.Globalization;

using Ceteris.Cli;
using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary><c>ceteris study check</c> and <c>run</c>: what is said before anything is trained.</summary>
public sealed class StudyMistakeTests : IDisposable
{
    const int BadInput = 2;

    readonly SmallData data = new();

    [Theory]
    [InlineData("data: kmnist", "data: kmnizt", "did you mean 'kmnist'?")]
    [InlineData("data: kmnist", "data: kmnist:97", "expected a range within the 96 images of kmnist")]
    [InlineData("data: kmnist", "data: kmnist, validation: 96", "expected fewer validation images than the 96")]
    [InlineData("network: fc8", "network: torchvision-alexnet", "features.")]
    [InlineData("blocks: 3", "blocks: 3\nmetric: validation loss", "expected images put aside in every arm")]
    public void WhatCannotBeIsAnErrorBeforeAnythingIsMade(string from, string to, string expected)
    {
        string file = Write(from, to);
        string[] before = data.Entries();
        foreach (string command in (string[])["check", "run"])
        {
            CliRun run = Study(command, file);
            Assert.True(run.Code == BadInput, run.ToString());
            Assert.Contains(expected, run.Error, StringComparison.Ordinal);
            Assert.Empty(run.Out);
        }
        Assert.Equal(before, data.Entries());
    }

    [Fact]
    public void OnlyDataThatIsNotFetchedYetIsANote()
    {
        string file = Write("fc8", "fc8");
        Directory.Delete(data["kmnist"], recursive: true);
        CliRun run = Study("check", file);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("note: no times and costs: data set kmnist not found", run.Out, StringComparison.Ordinal);
        Assert.Equal(BadInput, Study("run", file).Code);
    }

    [Fact]
    public void CheckSaysWhatTheStoreHasAlready()
    {
        string file = Write("blocks: 3", "blocks: 1");
        CliRun before = Study("check", file);
        Assert.Contains("1 block gives points", before.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("in the store already", before.Out, StringComparison.Ordinal);
        Assert.Equal(0, Study("run", file).Code);
        CliRun after = Study("check", file, "--blocks", "2");
        Assert.Contains("2 of 4 runs are in the store already", after.Out, StringComparison.Ordinal);
        Assert.Contains(" at a time, for the 2 runs left", after.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("at a time", Study("check", file).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void BlocksThatAreThereStay()
    {
        string file = Write("blocks: 3", "blocks: 2");
        Assert.Equal(0, Study("run", file, "--blocks", "4").Code);
        string report = Path.Combine(data["store"], "studies", "small", "report.html");
        byte[] before = File.ReadAllBytes(report);
        CliRun fewer = Study("run", file);
        Assert.True(fewer.Code == 0, fewer.ToString());
        Assert.Contains("4 blocks are there already, and stay; --force", fewer.Out, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(report));
        Assert.Contains("2 arms in 5 blocks", Study("run", file, "--blocks", "5").Out, StringComparison.Ordinal);
        Assert.Contains("2 arms in 2 blocks", Study("run", file, "--force").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ABaselineThatIsBestNeedsNoConfirmation()
    {
        CliRun run = Study("run", Write("[0.1, 0.2]", "[0.1, 1E-9]"), "--confirm");
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("FC is the best arm itself: there is nothing to confirm", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("fewer than two", run.Out, StringComparison.Ordinal);
    }

    /// <summary>
    /// Both stages tell of each other, their seeds never meet, what is printed can be copied, and the report of the
    /// first is that of its files.
    /// </summary>
    [Fact]
    public void AConfirmationIsToldOnBothSides()
    {
        string file = Write("[0.1, 0.2]", "[1E-9, 0.1, 0.2]"), store = data["store"];
        Assert.Contains($"study run small --confirm --store {store}`", Study("run", file, "--blocks", "5").Out
            .ReplaceLineEndings(" "), StringComparison.Ordinal);
        CliRun run = Study("run", "small", "--confirm");
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("Publish this number of ", run.Out, StringComparison.Ordinal);
        Study Stored(string name)
        {
            using RunStore runs = RunStore.Open(store);
            return StudyFolder.Of(runs, name).Read();
        }
        Study first = Stored("small"), fresh = Stored("small-confirm");
        Assert.Equal(("small-confirm", fresh.Arms[1].Name), (first.Confirmed!.Study, first.Confirmed.Arm));
        Assert.Equal(("small", fresh.Arms[1].Name), (fresh.Chosen!.Study, fresh.Chosen.Arm));
        Assert.Equal(5, fresh.Seeds.Count);
        Assert.True(fresh.Seeds.Min() >= 1_000_000);
        string Report(string name) => File.ReadAllText(Path.Combine(store, "studies", name, "report.md"));
        Assert.Contains($"it has {first.Confirmed.Result}: publish that number", Report("small"), StringComparison.Ordinal);
        Assert.Contains($"with {fresh.Chosen.Result}. That number flatters it.", Report("small-confirm"),
            StringComparison.Ordinal);
        foreach (string name in (string[])["small", "small-confirm"])
        {
            CliRun verify = CliRun.Here(["verify", name, "--level", "L4", "--store", store, "--data-dir", data.Root]);
            Assert.True(verify.Code == 0, verify.ToString());
        }
        // What was confirmed stays known where blocks are added.
        Assert.Equal(0, Study("run", "small", "--blocks", "6").Code);
        Assert.Equal(first.Confirmed, Stored("small").Confirmed);
        Assert.Empty(Stored("small").Seeds.Intersect(fresh.Seeds));
    }

    [Fact]
    public void NamesCommandNoTerminal()
    {
        string file = Write("rate: { key: lr, values: [0.1, 0.2] }",
            """ "x\e[2J": { levels: { "a": { lr: 0.1 }, "b\e]0;title\a\u202Eend": { lr: 0.2 } } } """);
        CliRun run = Study("run", file, "--parallel", "4");
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("/6  b\\u001b]0;title\\u0007\\u202eend", run.Out, StringComparison.Ordinal);
        string[] texts =
        [
            run.Out, run.Error, Study("check", file, "--expand").Out, Study("show", "small").Out,
            .. Directory.GetFiles(Path.Combine(data["store"], "studies", "small"), "report.*")
                .Where(path => Path.GetExtension(path) != ".json").Select(File.ReadAllText),
        ];
        Assert.All(texts, text => Assert.DoesNotContain(text, VisibleText.IsInvisible));

        // Runs at work at the same time end in some order; their numbers are that order.
        int[] numbers = [.. run.Out.Split('\n').Where(line => line.Contains("/6  ", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Trim()[..1], CultureInfo.InvariantCulture))];
        Assert.Equal([1, 2, 3, 4, 5, 6], numbers);
    }

    [Fact]
    public void AScreenShowsOnlyColoursOfItsOwn()
    {
        var colour = new Screen(TextWriter.Null) { HasColour = true };
        Assert.Equal("\e[1;31mx\e[0m\\u001b[2J\\u000d\n", colour.Clean(colour.Bad("x") + "\e[2J\r\n"));
        Assert.Equal("\\u001b[1mx", new Screen(TextWriter.Null).Clean("\e[1mx"));
    }

    [Fact]
    public void AnotherStudyOfTheSameNameIsNotReplacedUnasked()
    {
        string file = Write("blocks: 3", "blocks: 1");
        Assert.Equal(0, Study("run", file).Code);
        Assert.Equal(0, Study("run", file, "--blocks", "2").Code);
        string report = Path.Combine(data["store"], "studies", "small", "report.html");
        byte[] before = File.ReadAllBytes(report);

        CliRun refused = Study("run", Write("epochs: 1", "epochs: 2"));
        Assert.True(refused.Code == BadInput, refused.ToString());
        Assert.Contains("the store has another study 'small': epochs of 'FC' is 1 there and 2 here", refused.Error,
            StringComparison.Ordinal);
        Assert.Empty(refused.Out);
        Assert.Equal(before, File.ReadAllBytes(report));

        Assert.Equal(0, Study("run", file, "--force").Code);
        Assert.NotEqual(before, File.ReadAllBytes(report));
    }

    public void Dispose() => data.Dispose();

    string Write(string from, string to)
    {
        const string Small = """
            study: small
            question: Does a rate help?
            baseline: { name: FC, network: fc8, data: kmnist, batch: 32, epochs: 1 }
            factors: { rate: { key: lr, values: [0.1, 0.2] } }
            blocks: 3
            """;
        File.WriteAllText(data["small.yaml"], Small.Replace(from, to, StringComparison.Ordinal));
        return data["small.yaml"];
    }

    CliRun Study(string command, string file, params string[] more) => CliRun.Here(
        ["study", command, file, "--store", data["store"], "--data-dir", data.Root, .. more]);
}
