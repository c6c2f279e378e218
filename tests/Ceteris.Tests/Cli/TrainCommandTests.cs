using System.Text.Json.Nodes;

using Ceteris.Studies;

namespace Ceteris.Tests;

/// <summary>What <c>ceteris train</c> writes to standard output and standard error, and into the run folder.</summary>
public sealed class TrainCommandTests
{
    [Fact]
    public void TheLineOfJsonHasEveryField()
    {
        using var data = new SmallData();
        CliRun run = CliRun.AsProcess(data.Train("mlp", "run", "--hidden", "8", "--threads", "2"));
        Assert.True(run.Code == 0, run.ToString());
        Assert.Single(run.Out.TrimEnd('\n').Split('\n'));
        JsonObject json = run.Json;
        (string, object)[] expected =
        [
            ("network", "mlp"), ("data", "kmnist"), ("seed", 0), ("epochs", 2), ("steps", 12), ("test_total", 48),
                ("parameters", 784 * 8 + 8 + 80 + 10),
            ("run", data["run"]), ("threads", 2), ("state", "completed"), ("repeated", "false"),
        ];
        Assert.All(expected, field => Assert.Equal(field.Item2.ToString(), json[field.Item1]!.ToString()));
        Assert.Equal((double)json["test_correct"]! / 48, (double)json["test_accuracy"]!);
        Assert.All(["train_accuracy", "train_loss", "test_loss", "train_seconds", "images_per_second"], key =>
            Assert.True((double)json[key]! > 0, key));
        Assert.All(["weights_sha256", "recipe_sha256"], key => Assert.Matches("^[0-9a-f]{64}$", json[key]!.ToString()));
        Assert.All(["avx512", "avx2", "fma"], key => Assert.IsType<bool>((bool)json["vector"]![key]!));
        Assert.True((int)json["numerics_version"]! >= 1);
    }

    [Fact]
    public void RedirectedOutputHasALineForEachEpochAndNoControlCharacters()
    {
        using var data = new SmallData();
        string[] args = [.. data.Train("fc8", "run").Where(word => word != "--json")];
        CliRun run = CliRun.AsProcess(args);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("\nepoch 1/2  train ", run.Out, StringComparison.Ordinal);
        Assert.Contains("\nepoch 2/2  train ", run.Out, StringComparison.Ordinal);
        Assert.Contains("test accuracy", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
        Assert.DoesNotContain(run.Out, c => char.IsControl(c) && c != '\n');
        Assert.All(run.Out, c => Assert.True(char.IsAscii(c)));
    }

    [Fact]
    public void QuietShowsTheSummaryAlone()
    {
        using var data = new SmallData();
        CliRun run = CliRun.Here([.. data.Train("fc8", "run").Where(word => word != "--json"), "--quiet"]);
        Assert.True(run.Code == 0, run.ToString());
        Assert.DoesNotContain("epoch 1/2", run.Out, StringComparison.Ordinal);
        Assert.Contains($"images from         {data["kmnist"]}\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("test accuracy", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void ARunLeavesTheFilesThatItListsAndVerifies()
    {
        using var data = new SmallData();
        CliRun run = CliRun.Here([.. data.Train("fc8", "run").Where(word => word != "--json")]);
        string[] files =
        [
            "confusion.svg", "curves.svg", "metrics.csv", "predictions.bin", "recipe.json", "run.json",
                "weights.safetensors",
        ];
        Assert.Equal(files, Directory.GetFiles(data["run"]).Select(Path.GetFileName)
            .Where(name => name != "misclassified.png" && !name!.StartsWith("lease-", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
        Assert.All(files.Where(file => file != "recipe.json"), file =>
            Assert.Contains($"  {file} ", run.Out, StringComparison.Ordinal));

        CliRun verified = CliRun.Here("verify", data["run"], "--level", "L3", "--data-dir", data.Root);
        Assert.True(verified.Code == 0, verified.ToString());
        Assert.Contains("verified", verified.Out, StringComparison.Ordinal);
        string weights = Path.Combine(data["run"], "weights.safetensors");
        byte[] bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        CliRun refused = CliRun.Here("verify", data["run"], "--level", "L0");
        Assert.True(refused.Code == 1, refused.ToString());
        Assert.Contains("FAIL L0  weights.safetensors", refused.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void VerifySaysWhatItComparedOnLinesOfEightyColumns()
    {
        using var data = new SmallData();
        Assert.Equal(0, CliRun.Here([.. data.Train("fc8", "run").Append("--seed"), "3"]).Code);
        File.WriteAllText(Path.Combine(data["run"], "extra.txt"), "");
        CliRun good = Verify();
        Assert.True(good.Code == 0, good.ToString());
        Assert.Matches("ok   L0  epochs in the metrics +steps and losses up to epoch 2\n", good.Out);
        Assert.Matches("ok   L1  test images +[0-9]+ of 48 correct, loss [0-9.]+\n", good.Out);
        Assert.Matches("ok   L1  confusion matrix +all 10 x 10 counts\n", good.Out);
        Assert.Contains("  note: not the run's, so not looked at: extra.txt\n", good.Out, StringComparison.Ordinal);

        string metrics = Path.Combine(data["run"], "metrics.csv");
        File.WriteAllText(metrics, File.ReadAllText(metrics).Replace("\n2,12,", "\n2,13,", StringComparison.Ordinal));
        CliRun bad = Verify();
        Assert.True(bad.Code == 1, bad.ToString());
        // Of values that are long it shows where they begin to differ, on a line each.
        Assert.Matches("FAIL L0  metrics.csv\n      expected  [0-9a-f]{64}\n      got       [0-9a-f]{64}\n", bad.Out);
        Assert.Matches(
            "FAIL L0  epochs in the metrics\n      expected  .+\n      got       .+; 2 13 .+\n  [^ ]", bad.Out);
        Assert.All(good.Out.Split('\n').Concat(bad.Out.Split('\n')).Where(line => !line.Contains(data.Root)),
            line => Assert.InRange(line.Length, 0, 80));

        CliRun Verify() => CliRun.Here("verify", data["run"], "--data-dir", data.Root);
    }

    [Fact]
    public void TheSummaryAndThePicturesReadWell()
    {
        using var data = new SmallData(test: 1200);
        string[] args = [.. data.Train("fc8", "run").Where(word => word is not "--json" and not "--epochs" and not "2")];
        CliRun run = CliRun.Here([.. args, "--epochs", "1"]);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Matches("training accuracy .*, mean over the last epoch\n", run.Out);
        foreach (string picture in new[] { "curves.svg", "confusion.svg" })
        {
            Assert.Matches(">seed 0, 1 epoch; test [0-9,]+ of 1,200 correct<",
                File.ReadAllText(Path.Combine(data["run"], picture)));
        }
        Assert.Contains("After 1 epoch: ", File.ReadAllText(Path.Combine(data["run"], "curves.svg")),
            StringComparison.Ordinal);
        string table = CliRun.Here("eval", data["run"], "--data-dir", data.Root).Out;
        Assert.DoesNotMatch(", 1 times", table);
    }

    [Theory]
    [InlineData(432, 48, 10_000, "432 of 10,000 wrong, the 48 surest first")]
    [InlineData(12, 12, 10_000, "12 of 10,000 wrong, surest first")]
    [InlineData(0, 48, 10_000, "none of 10,000 wrong, the 48 least certain first")]
    [InlineData(0, 20, 20, "none of 20 wrong, least certain first")]
    public void ThePictureOfErrorsSaysWhatItShows(int wrong, int shown, int images, string title) =>
        Assert.Equal(title, MisclassifiedGallery.Title(wrong, shown, images));

    [Fact]
    public void ANoteIsNoWarning()
    {
        using var data = new SmallData();
        string[] args = ["train", "mlp", "--hidden", "4", "--data", "digits:100", "--epochs", "1", "--quiet"];
        CliRun run = CliRun.AsProcess([.. args, "--out", data["run"]],
            new Dictionary<string, string> { ["XDG_CACHE_HOME"] = data["empty"] });
        Assert.True(run.Code == 0, run.ToString());
        Assert.Matches("^note: drawing .*\n$", run.Error);
    }

    [Fact]
    public void SettingsThatAreHardlyMeantAreToldAndTrained()
    {
        using var data = new SmallData(40, 16);
        CliRun run = CliRun.Here("train", "fc8", "--data", "kmnist", "--data-dir", data.Root, "--out", data["run"],
            "--epochs", "1", "--batch", "100", "--lr", "0", "--quiet");
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("a batch of 100 is more than the 40 training images", run.Error, StringComparison.Ordinal);
        Assert.Contains("a learning rate of 0 leaves the weights", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", CliRun.Here(data.Train("fc8", "other")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameAgainTrainsNothing()
    {
        using var data = new SmallData();
        CliRun first = CliRun.Here(data.Train("fc8", "run")), second = CliRun.Here(data.Train("fc8", "run"));
        Assert.Equal(0, second.Code);
        Assert.Equal("true", second.Text("repeated"));
        Assert.Equal(first.WeightsSha256, second.WeightsSha256);
        Assert.Equal(first.Text("train_seconds"), second.Text("train_seconds"));
    }

    [Fact]
    public void ARunThatFailsSaysWhereAndHowToRepeatIt()
    {
        using var data = new SmallData();
        string[] args = ["train", "fc8", "--data", "kmnist", "--data-dir", data.Root, "--out", data["run"], "--lr",
            "1e20", "--set", "optimizer.nesterov=true"];
        CliRun run = CliRun.Here(args);
        Assert.True(run.Code == 1, run.ToString());
        Assert.Equal(run.Code, RunReader.Open(data["run"]).Summary!.ExitCode);
        Assert.Contains("failed at step ", run.Out, StringComparison.Ordinal);
        Assert.Contains("fc", run.Out, StringComparison.Ordinal);
        string again = $"train fc8 --data kmnist --lr 1E+20 --set optimizer.nesterov=true --force --out {data["run"]} "
            + $"--data-dir {data.Root}\n";
        Assert.Contains(again, run.Out, StringComparison.Ordinal);
        const string Recorded = "it had ended already: nothing was trained now";
        Assert.DoesNotContain(Recorded, run.Out, StringComparison.Ordinal);
        Assert.Contains(Recorded, CliRun.Here(args).Out, StringComparison.Ordinal);
        Assert.Contains("E+", CliRun.Here([.. args, "--json"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void RunsEvaluatesAndPredicts()
    {
        using var data = new SmallData();
        CliRun trained = CliRun.Here(data.Train("fc8", "run"));
        CliRun runs = CliRun.Here("runs", "list", "--in", data.Root);
        Assert.Contains("run ", runs.Out, StringComparison.Ordinal);
        Assert.Contains("completed", runs.Out, StringComparison.Ordinal);
        Assert.Contains("2/2", runs.Out, StringComparison.Ordinal);

        CliRun evaluated = CliRun.Here("eval", data["run"], "--data-dir", data.Root, "--json");
        Assert.True(evaluated.Code == 0, evaluated.ToString());
        Assert.Equal(trained.Text("test_correct"), evaluated.Text("correct"));
        Assert.Equal(trained.Text("test_loss"), evaluated.Text("loss"));

        string picture = data["picture.png"];
        Ceteris.Data.Png.Write(picture, new(28, 28, 1));
        CliRun predicted = CliRun.Here("predict", data["run"], picture);
        Assert.True(predicted.Code == 0, predicted.ToString());
        Assert.Contains("28x28, taken as it is", predicted.Out, StringComparison.Ordinal);
        Assert.Contains("note: nothing can be seen on it", predicted.Out, StringComparison.Ordinal);
        CliRun json = CliRun.Here("predict", data["run"], picture, "--json");
        JsonArray answers = JsonNode.Parse(json.Out)!.AsArray();
        Assert.True((bool)answers[0]!["blank"]!);
        Assert.Equal(1, answers[0]!["probabilities"]!.AsArray().Sum(p => (double)p!), 5);

        File.WriteAllText(picture, "no picture");
        CliRun refused = CliRun.Here("predict", data["run"], picture);
        Assert.Equal(2, refused.Code);
        Assert.Contains("expected a PNG file", refused.Error, StringComparison.Ordinal);
        File.WriteAllText(picture, "");
        Assert.Contains("expected a PNG file, got an empty one", CliRun.Here("predict", data["run"], picture).Error,
            StringComparison.Ordinal);
        string folder = $"got '{data.Root}', which is a folder\n";
        Assert.EndsWith(folder, CliRun.Here("predict", data["run"], data.Root).Error, StringComparison.Ordinal);
        Assert.EndsWith(folder, CliRun.Here("eval", data["run"], "--data-dir", data.Root, "--weights", data.Root).Error,
            StringComparison.Ordinal);
    }
}
