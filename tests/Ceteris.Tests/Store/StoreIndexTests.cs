using Ceteris.Studies;

using Microsoft.Data.Sqlite;

namespace Ceteris.Tests;

/// <summary>The index may be missing, damaged, old or unwritable: lists say what is in the folders.</summary>
public sealed class StoreIndexTests : IDisposable
{
    static readonly TrainingJob[] jobs =
    [
        TinyRuns.Job(("seed", "1")), TinyRuns.Job(("seed", "2"), ("lr", "0.01")),
        TinyRuns.Job(("seed", "3"), ("optimizer", "adam")),
        TinyRuns.Job(("lr", "1e30"), ("clip-norm", "0"), ("network.batch-norm", "false")),
    ];

    static readonly string[] ids = [.. jobs.Select(job => job.RunId)];

    static readonly Lazy<string> trained = new(() =>
    {
        string root = TinyRuns.TemporaryFolder();
        using var store = RunStore.Open(root);
        foreach (TrainingJob job in jobs)
            store.Train(job, Stores.Options, keepWeights: false);
        return root;
    });

    readonly TemporaryFolder folder = new();

    public StoreIndexTests() => Stores.Copy(trained.Value, Root);

    public void Dispose() => folder.Dispose();

    string Root => folder["store"];

    string Index => Path.Combine(Root, "index.db");

    string[] Listed(params string[] conditions)
    {
        using var store = RunStore.Open(Root);
        RunFilter filter = RunFilter.Parse(conditions).SortedBy("seed", descending: false);
        return [.. store.List(filter).Select(row => row.RunId)];
    }

    /// <summary>By seed: 1, 2, 3, and 7 of the one that failed.</summary>
    void AssertListed() => Assert.Equal(ids, Listed());

    [Fact]
    public void TheIndexSaysWhatTheCertificatesSay()
    {
        using var store = RunStore.Open(Root);
        foreach (RunRow row in store.List(RunFilter.All))
        {
            StoredRun run = store.Find(row.RunId)!;
            Assert.Equal(run.Summary.ToJson().ToJsonString(), row.Summary().ToJson().ToJsonString());
            Assert.Equal((run.Folder, run.Certificate.HasWeights), (row.Folder, row.HasWeights));
            Assert.Equal(run.Certificate.Environment.Finished, row.Finished);
        }
        Assert.Equal(
            store.List(RunFilter.All).Where(row => row.State == "completed")
                .GroupBy(row => (string)row["test-data"]!).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => (group.Key, group.LongCount())),
            store.TestReads());
        AssertListed();
    }

    [Fact]
    public void AMissingIndexIsMadeAnew()
    {
        AssertListed();
        foreach (string file in Directory.GetFiles(Root, "index.db*"))
            File.Delete(file);
        AssertListed();
        Assert.True(File.Exists(Index));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ADamagedIndexIsMadeAnew(int kind)
    {
        AssertListed();
        byte[] bytes = File.ReadAllBytes(Index);
        switch (kind)
        {
            case 0:
                File.WriteAllText(Index,
                    "this is no database, and it is longer than the header of one: " + new string('x', 200));
                break;
            case 1:
                File.WriteAllBytes(Index, bytes[..(bytes.Length / 2 + 77)]);
                break;
            case 2:
                bytes.AsSpan(4096).Fill(0xA5);
                File.WriteAllBytes(Index, bytes);
                break;
            default:
                bytes.AsSpan(100, 200).Fill(0x5A);
                File.WriteAllBytes(Index, bytes);
                break;
        }
        AssertListed();
        AssertListed();
    }

    [Fact]
    public void AnIndexOfAnotherVersionIsMadeAnew()
    {
        using (var connection = new SqliteConnection($"Data Source={Index};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DROP TABLE runs; CREATE TABLE runs (id BLOB PRIMARY KEY, state) WITHOUT ROWID";
            command.ExecuteNonQuery();
        }
        AssertListed();
    }

    [Fact]
    public void WhereItCannotBeWrittenItIsInMemory()
    {
        File.Delete(Index);
        Directory.CreateDirectory(Index);
        AssertListed();
        using var store = RunStore.Open(Root);
        store.Train(TinyRuns.Job(("seed", "20")), Stores.Options, keepWeights: false);
        Assert.Equal(5, store.List(RunFilter.All).Count);
    }

    /// <summary>As after a kill between the publication and the insertion, or a copy of runs from elsewhere.</summary>
    [Fact]
    public void RunsThatCameAndWentBehindItsBackAreSeen()
    {
        AssertListed();
        using var open = RunStore.Open(Root);
        Assert.Equal(4, open.Count(RunFilter.All));
        string first = open.FolderOf(ids[0]), aside = folder["aside"];
        Directory.Move(first, aside);
        Assert.Equal(ids[1..], Listed());
        Assert.Equal(3, open.Count(RunFilter.All));
        Directory.Move(aside, first);
        Assert.Equal(4, open.Count(RunFilter.All));
        AssertListed();
    }

    [Fact]
    public void ARunThatHasGoneIsALoss()
    {
        AssertListed();
        using var store = RunStore.Open(Root);
        Directory.Delete(store.FolderOf(ids[1]), recursive: true);
        StoreFault fault = Assert.Single(store.Check().Faults);
        Assert.Equal(ids[1], fault.RunId);
        Assert.Contains("no such folder", fault.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.json", true)]
    [InlineData("run.json", false)]
    [InlineData("metrics.csv", true)]
    [InlineData("predictions.bin", false)]
    public void ATornRunIsToldOfAndTheOthersAreReadable(string file, bool isCut)
    {
        using (var store = RunStore.Open(Root))
        {
            string path = Path.Combine(store.FolderOf(ids[0]), file);
            byte[] bytes = File.ReadAllBytes(path);
            File.Delete(path);
            if (isCut)
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
            Assert.All(store.Check().Faults, fault => Assert.Equal(ids[0], fault.RunId));
            Assert.NotEmpty(store.Check().Faults);
            Assert.Equal(4, store.Rebuild());
            Assert.Equal(file == "run.json" ? 1 : 0, store.Count(RunFilter.Parse("state=damaged")));
            Assert.Equal(3, store.List(RunFilter.Parse("seed!=1")).Count(row => !row.IsDamaged));
            Assert.Empty(store.Clean().Deleted);
            Assert.Contains(store.FolderOf(ids[0]), store.Clean(damaged: true).Deleted);
            Stores.AssertClean(store, 3);
            Assert.False(store.Train(TinyRuns.Job(("seed", "1")), Stores.Options, keepWeights: false).Repeated);
        }
        AssertListed();
    }

    [Theory]
    [InlineData("1 2 3 7")]
    [InlineData("1 2 3", "state=completed")]
    [InlineData("7", "state=failed")]
    [InlineData("7", "state!=completed")]
    [InlineData("2", "lr=0.01")]
    [InlineData("2", "lr=1e-2")]
    [InlineData("1 3 7", "lr>0.01")]
    [InlineData("1 2 3", "lr<=0.05")]
    [InlineData("3", "optimizer=adam")]
    [InlineData("1 2 7", "optimizer!=adam")]
    [InlineData("1 2 7", "momentum=0.5")]
    [InlineData("3", "momentum!=0.5")]
    [InlineData("1 2 3 7", "network=mlp-8-5-relu")]
    [InlineData("", "network=sk")]
    [InlineData("2 3", "seed>=2", "seed<7")]
    [InlineData("1 2 3", "test_accuracy>=0%")]
    [InlineData("", "test-accuracy>100%")]
    [InlineData("1 2 3 7", "data_name=tiny", "finished>2020-01-01")]
    [InlineData("1 2 3 7", "validation=5@3")]
    [InlineData("7", "batch-norm=false")]
    [InlineData("1 2 3 7", "has_weights=false", "epochs=3")]
    public void FiltersMeanWhatTheySay(string seeds, params string[] conditions)
    {
        string[] expected =
        [
            .. ids.Zip(["1", "2", "3", "7"]).Where(run => seeds.Split(' ').Contains(run.Second))
                .Select(run => run.First),
        ];
        Assert.Equal(expected, Listed(conditions));
        using var store = RunStore.Open(Root);
        Assert.Equal(expected.Length, store.Count(RunFilter.Parse(conditions)));
    }

    [Theory]
    [InlineData("netwrk=sk", "netwrk: expected a key of recipes or a result; did you mean 'network'?")]
    [InlineData("test_acuracy>0.9", "did you mean 'test_accuracy'?")]
    [InlineData("state=fialed", "did you mean 'failed'?")]
    [InlineData("optimizer=adma", "did you mean 'adam'?")]
    [InlineData("network=skk", "network")]
    [InlineData("lr>fast", "lr: expected a number after >, got 'fast'")]
    [InlineData("lr=fast", "lr: expected a number from 0, got 'fast'")]
    [InlineData("finished>5", "expected a time such as")]
    [InlineData("sk", "sk: expected a condition such as network=sk")]
    [InlineData("=sk", "=sk: expected a condition")]
    [InlineData("x' OR 1=1 --=1", "expected a key of recipes")]
    public void WrongFiltersAreExplained(string condition, string message) =>
        Assert.Contains(message, Assert.Throws<RecipeException>(() => RunFilter.Parse(condition)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void ListsAreSortedAndCut()
    {
        using var store = RunStore.Open(Root);
        RunFilter latest = RunFilter.All.SortedBy("seed", descending: true) with { Limit = 3 };
        Assert.Equal(ids[1..].Reverse(), store.List(latest).Select(row => row.RunId));

        // What has no value comes last, whichever way.
        Assert.Equal(ids[3], store.List(RunFilter.All.SortedBy("test_accuracy", descending: true))[^1].RunId);
        Assert.Equal(ids[3], store.List(RunFilter.All.SortedBy("test_accuracy", descending: false))[^1].RunId);
        Assert.Equal("expected",
            Assert.Throws<RecipeException>(() => RunFilter.All.SortedBy("sede", false)).Message.Split(' ')[1]);
    }

    [Fact]
    public void ValuesAreNeverTakenForCommands()
    {
        using var store = RunStore.Open(Root);
        Assert.Empty(store.List(RunFilter.Parse("data_name='; DROP TABLE runs; --")));
        AssertListed();
    }
}
