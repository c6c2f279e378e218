using System.Diagnostics;
using System.Globalization;

using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>
/// Processes that are killed at random moments of their lives, recovery and the last files included, until each run is
/// done: it leaves what an undisturbed one leaves, bit for bit. How often is said by the environment variable
/// CETERIS_KILLS, as a number of kills for each network, or N@SEED for other moments.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    const string Variable = "CETERIS_KILLS", Few = "3";

    /// <summary>From so many kills on, all phases must have occurred.</summary>
    const int Many = 300;

    static readonly Dictionary<string, string[]> networks = new()
    {
        ["base with dropout"] = ["base", "--dropout", "0.5", "--data", "kmnist"],
        ["base-bn"] = ["base-bn", "--schedule", "cosine", "--data", "kmnist"],
        ["perceptron on digits"] =
            ["mlp", "--hidden", "16,8", "--optimizer", "adam", "--lr", "0.01", "--validation", "20", "--data",
                "digits:150@3"],
    };

    public static TheoryData<string> Networks => [.. networks.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void WhateverIsKilledEndsWithTheSameBits(string network)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "kill -9 of Unix");
        (int kills, ulong seed) = Asked();
        using var data = new SmallData();
        var victim = new Victim(network, data, new RandomStream(StreamKey.For(seed, "kills", network)));
        for (int run = 0; victim.Kills < kills; run++)
            victim.RunToItsEnd($"run-{run}", kills);
        output.WriteLine(victim.ToString());
        if (kills >= Many)
            Assert.Equal(Enum.GetValues<KillPhase>(), victim.Phases);
    }

    static (int Kills, ulong Seed) Asked()
    {
        string[] parts = (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : Few).Split('@');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture),
            parts.Length > 1 ? ulong.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>Runs of one network, and what an undisturbed one leaves.</summary>
    sealed class Victim
    {
        const int Epochs = 6;

        // The machine is now faster, now slower than when the undisturbed run was timed.
        const double Shorter = 0.85, Longer = 1.2;

        /// <summary>One in so many is killed before it has taken the run folder.</summary>
        const int EarlyKills = 5;

        readonly string network;
        readonly SmallData data;
        readonly long steps;
        readonly SortedDictionary<string, string> expected;
        readonly SortedDictionary<KillPhase, int> phases = [];
        RandomStream random;
        TimeSpan start, life;
        int runs;

        public Victim(string network, SmallData data, RandomStream random)
        {
            (this.network, this.data, this.random) = (network, data, random);
            var watch = Stopwatch.StartNew();
            CliRun undisturbed = Start("undisturbed", checkpointEvery: 0, process =>
            {
                AwaitLease(process, data["undisturbed"], RunFootprint.Of(data["undisturbed"]));
                start = watch.Elapsed;
            });
            life = watch.Elapsed - start;
            Assert.True(undisturbed.Code == 0, undisturbed.ToString());
            steps = (long)undisturbed.Json["steps"]!;
            expected = RunFootprint.ResultsIn(data["undisturbed"]);
        }

        public int Kills => phases.Values.Sum();

        public IEnumerable<KillPhase> Phases => phases.Keys;

        /// <summary>Starts a run again and again, until a process is done before it is killed.</summary>
        public void RunToItsEnd(string name, int mostKills)
        {
            string folder = data[name];
            for (RunFootprint before = RunFootprint.Of(folder); ; before = RunFootprint.Of(folder))
            {
                // Saved after every step, kills fall into the writing; saved seldom, they cost steps.
                int checkpointEvery = random.Next(3) == 0 ? 1 : 0;
                bool isEarly = random.Next(EarlyKills) == 0;
                TimeSpan moment = (isEarly ? start : life) * random.NextDouble();
                RunFootprint found = before;
                CliRun run = Start(name, checkpointEvery, Kills == mostKills ? null : process =>
                {
                    if (!isEarly)
                        AwaitLease(process, folder, found);
                    if (!process.WaitForExit(moment))
                        process.Kill();
                });
                CheckWhereItResumed(run, before);
                if (run.Code == 0)
                {
                    life *= Shorter;
                    break;
                }
                Assert.True(run.Code == CliRun.Killed, $"{network}: {run}");
                RunFootprint after = RunFootprint.Of(folder);
                CheckWhatIsLost(run, checkpointEvery, before, after);
                KillPhase phase = after.PhaseSince(before, steps);
                phases[phase] = phases.GetValueOrDefault(phase) + 1;
                if (phase is KillPhase.BeforeTheFirstCheckpoint or KillPhase.Recovering)
                    life *= Longer;
            }
            runs++;
            Assert.Equal(expected, RunFootprint.ResultsIn(folder));
            Directory.Delete(folder, recursive: true);
        }

        public override string ToString() =>
            FormattableString.Invariant($"{network}: {Kills} kills in {runs} runs, 0 differences; ")
            + string.Join(", ", phases.Select(phase => FormattableString.Invariant($"{phase.Key} {phase.Value}")));

        CliRun Start(string name, int checkpointEvery, Action<Process>? meanwhile) => CliRun.AsProcess(
            [
                "train", .. networks[network], "--data-dir", data.Root, "--out", data[name], "--batch", "16",
                "--epochs", $"{Epochs}", "--threads", "1", "--json", "--checkpoint-every", $"{checkpointEvery}",
            ],
            meanwhile: meanwhile);

        /// <summary>Waits until a process has taken the run folder.</summary>
        static void AwaitLease(Process process, string folder, RunFootprint before)
        {
            while (!process.WaitForExit(TimeSpan.FromMilliseconds(1)) && RunFootprint.Of(folder).Lease == before.Lease)
            {
            }
        }

        /// <summary>The newest checkpoint is never damaged, and never passed over.</summary>
        void CheckWhereItResumed(CliRun run, RunFootprint before)
        {
            string error = before.Step > 0 ? run.Error
                : run.Error.Replace(RunFootprint.NoCheckpoint, "", StringComparison.Ordinal);
            Assert.DoesNotContain("warning: ", error, StringComparison.Ordinal);
            int at = run.Error.IndexOf("resumed after step ", StringComparison.Ordinal);
            if (at >= 0)
                Assert.StartsWith($"resumed after step {before.Step} ", run.Error[at..], StringComparison.Ordinal);
            else if (before.Step > 0 && run.Error.Contains("epoch ", StringComparison.Ordinal))
                Assert.Fail($"{network}: not resumed from the checkpoint of step {before.Step}: {run}");
        }

        /// <summary>
        /// An older checkpoint goes only when a newer one is there; what was saved in time was saved.
        /// </summary>
        void CheckWhatIsLost(CliRun run, int checkpointEvery, RunFootprint before, RunFootprint after)
        {
            bool completed = after.HasResults && after.Step < 0;
            Assert.True(completed || after.Step >= before.Step, $"{network}: {before}, then {after}");
            if (checkpointEvery > 0 || completed)
                return;
            long told = Enumerable.Range(1, Epochs).LastOrDefault(epoch =>
                run.Error.Contains($"epoch {epoch}/{Epochs}  train ", StringComparison.Ordinal));
            Assert.True(told == 0 || after.Step >= told * steps / Epochs, $"{network}: after {after}: {run}");
        }
    }
}
