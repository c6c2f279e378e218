using Ceteris.Networks;

namespace Ceteris.Tests;

/// <summary>Wrong command lines and wrong files: the message, the exit code, and that nothing is left behind.</summary>
public sealed class MistakeTests
{
    const int BadInput = 2, Storage = 3;

    [Theory]
    [InlineData("did you mean 'train'", "trian", "base")]
    [InlineData("expected one of train, eval", "frobnicate")]
    [InlineData("did you mean 'show'", "data", "shwo", "mnist")]
    [InlineData("expected a network, got none", "train")]
    [InlineData("did you mean 'base'?", "train", "bse")]
    [InlineData("expected an option of sk", "train", "sk-wide")]
    [InlineData("did you mean '--epochs'", "train", "--epoch", "5", "base")]
    [InlineData("did you mean '--epochs'", "train", "base", "--epoch", "5")]
    [InlineData("unknown option '--colour' of ceteris train", "train", "base", "--colour")]
    [InlineData("expected no more words for ceteris train, got 'sk'", "train", "base", "sk")]
    [InlineData("expected a value after --lr, got none", "train", "base", "--lr")]
    [InlineData("expected --lr once, got it 2 times", "train", "base", "--lr", "1", "--lr", "2")]
    [InlineData("--lr: expected each key once", "train", "base", "--lr", "1", "--set", "lr=2")]
    [InlineData("--lr: expected a number from 0, got 'fast'", "train", "base", "--lr", "fast")]
    [InlineData("--lr: expected a number from 0, got '-0.1'", "train", "base", "--lr", "-0.1")]
    [InlineData("--momentum: expected a number from 0", "train", "base", "--momentum", "1")]
    [InlineData("--momentum: has a meaning only when optimizer is sgd or rmsprop", "train", "base", "--optimizer",
        "adam", "--momentum", "0.9")]
    [InlineData("did you mean 'adam'", "train", "base", "--optimizer", "adma")]
    [InlineData("--epochs: expected a whole number from 1", "train", "base", "--epochs", "0")]
    [InlineData(
        "--batch: expected a whole number from 1 to 1000000000, or full, got 'all'", "train", "base", "--batch", "all")]
    [InlineData("--seed: expected a whole number from 0", "train", "base", "--seed", "-1")]
    [InlineData("--schedule", "train", "base", "--schedule", "cosin")]
    [InlineData("--set foo: unknown key", "train", "base", "--set", "foo=1")]
    [InlineData("study schema lists the keys", "train", "base", "--set", "foo=1")]
    [InlineData("--width: expected a number from 0.05 to 100, got '0.01'", "train", "sk", "--width", "0.01")]
    [InlineData("--batch: expected a size that leaves more than one image for the last batch, got '19' for 20 images",
        "train", "base-bn", "--batch", "19", "--data", "digits:20", "--out", "/no/such/folder")]
    [InlineData("--batch: expected a whole number from 1 to 1000000, got 'full'", "show", "base", "--batch", "full")]
    [InlineData("--loss: expected cross_entropy or mse, got 'nll', which is for networks that end in log-softmax: fc8",
        "train", "fc8", "--loss", "nll", "--data", "digits:100", "--out", "/no/such/folder")]
    [InlineData("--preprocess: expected scale", "train", "base", "--preprocess", "none")]
    [InlineData("did you mean 'scale'", "train", "base", "--preprocess", "scal")]
    [InlineData("did you mean 'kaiming_uniform'?", "train", "base", "--init", "kaimin")]
    [InlineData("expected an option of sk in 'sk--1'", "train", "sk--1")]
    [InlineData("expected an option of base in 'base--'", "show", "base--")]
    [InlineData("--width: has a meaning only when network is sk", "train", "base", "--width", "0.5")]
    [InlineData("--threads: expected a whole number from 1 to 1024, got '0'", "train", "base", "--threads", "0")]
    [InlineData("--threads: expected a whole number from 1 to 1024, got 'two'", "train", "base", "--threads", "two")]
    [InlineData("did you mean 'optimizer.momentum'", "train", "base", "--set", "optimiser.momentum=0.9")]
    [InlineData("expected --set KEY=VALUE, got 'lr'", "train", "base", "--set", "lr")]
    [InlineData("did you mean 'mnist'?", "train", "base", "--data", "mnits")]
    [InlineData("--data: expected", "train", "base", "--data", "mnist:5..2")]
    [InlineData("expected a folder, got '/no/such/folder'", "train", "base", "--data-dir", "/no/such/folder")]
    [InlineData("expected either --resume or --out", "train", "--resume", "x", "--out", "y")]
    [InlineData("expected a run folder, got 'x'", "train", "--resume", "x")]
    [InlineData("expected a run folder, got none", "eval")]
    [InlineData("expected a run folder, the id of a run or a study of the store, got 'nosuch', which does not exist",
        "verify", "nosuch")]
    [InlineData("ceteris runs and ceteris study list tell what there is", "verify", "nosuch")]
    [InlineData("ceteris study run and ceteris store add make one", "report", "nosuch", "--store", "no-store")]
    [InlineData("expected a run folder, got 'x'", "predict", "x", "y.png")]
    [InlineData("--level: expected L0 to L4, got 'L9'", "verify", ".", "--level", "L9")]
    [InlineData("expected a folder, got 'nowhere'", "runs", "list", "--in", "nowhere")]
    [InlineData("expected a data set, got none", "data", "show")]
    [InlineData("did you mean 'mnist'?", "data", "show", "mnsit")]
    [InlineData("--input: expected channels, height and width", "show", "base", "--input", "28x28")]
    [InlineData("conv2", "show", "base", "--input", "1x12x12")]
    [InlineData("did you mean 'base-bn'?", "train", "base-bm")]
    [InlineData("did you mean 'resnet18'?", "show", "resnet")]
    [InlineData("--set optimiser.lr: unknown key; did you mean 'lr'?", "train", "base", "--set", "optimiser.lr=3")]
    [InlineData("--set optimizer.lr: unknown key; did you mean 'lr'?", "train", "base", "--set", "optimizer.lr=3")]
    [InlineData("did you mean 'lr'?", "train", "base", "--set", "learning-rate=1")]
    [InlineData("did you mean 'batch'?", "train", "base", "--set", "batch_size=3")]
    [InlineData("did you mean 'batch'?", "train", "base", "--set", "batchsize=3")]
    [InlineData("did you mean 'optimizer.weight-decay'?", "train", "base", "--set", "wd=3")]
    [InlineData("did you mean '--lr'?", "train", "base", "--learning-rate", "0.1")]
    [InlineData("did you mean '--batch'?", "train", "base", "--batchsize", "3")]
    [InlineData("did you mean '--set optimizer.beta1=VALUE'?", "train", "base", "--beta1", "0.8")]
    [InlineData("got 'momentum'; did you mean 'sgd'?", "train", "base", "--set", "optimizer=momentum")]
    [InlineData("got 'Full'; did you mean 'full'?", "train", "base", "--batch", "Full")]
    [InlineData("got 'None'; did you mean 'none'?", "train", "base", "--validation", "None")]
    [InlineData("--hidden: expected one whole number or more, each from 1 to 65536, joined by commas, got '1000000'",
        "train", "mlp", "--hidden", "1000000")]
    [InlineData("fc2: expected at most 2147483647 elements, got 4294967296 in [65536, 65536]", "show", "mlp",
        "--hidden", "65536,65536")]
    [InlineData("error: --data: expected a range within the 60000 images of digits train, got 9999999", "train", "fc8",
        "--data", "digits:9999999", "--out", "/no/such/folder")]
    [InlineData("error: --data: expected a data set", "train", "base", "--data", "mnits")]
    [InlineData("error: --test-data: expected a data set", "train", "base", "--test-data", "mnits")]
    [InlineData("error: --validation: expected fewer validation images than the 20", "train", "fc8", "--data",
        "digits:20", "--validation", "20", "--out", "/no/such/folder")]
    [InlineData("did you mean 'train'", "help", "trian")]
    public void WrongCommandLinesAreExplained(string expected, params string[] args)
    {
        CliRun run = CliRun.Here(args);
        Assert.True(run.Code == BadInput, run.ToString());
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("ceteris runs [COMMAND]", "runs")]
    [InlineData("Without a command it lists the runs", "runs")]
    [InlineData("ceteris runs list [FILTER...] [OPTIONS]", "runs", "list")]
    [InlineData("ceteris study COMMAND", "study")]
    [InlineData("--batch N ", "show")]
    public void HelpSaysWhatMayBeLeftOut(string expected, params string[] command)
    {
        CliRun run = CliRun.Here([.. command, "--help"]);
        Assert.Contains(expected, run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("train")]
    [InlineData("study", "run")]
    [InlineData("runs")]
    public void HelpIsACommandToo(params string[] command)
    {
        CliRun asked = CliRun.Here(["help", .. command]), shown = CliRun.Here([.. command, "--help"]);
        Assert.Equal(shown, asked);
        Assert.Equal(0, asked.Code);
        Assert.Contains("Usage:", asked.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void HelpTellsTheDefaultsOfSchedules()
    {
        Assert.Equal(new StepRate(3), Schedule.Parse("step(3)"));
        Assert.Equal(new StepRate(3, 0.1), Schedule.Parse("step(3)"));
        Assert.Equal(new OneCycleRate(0.3, 25, 10000), Schedule.Parse("one_cycle"));
        Assert.Equal(new WarmUp(2, new ConstantRate(), 1.0 / 3), Schedule.Parse("warmup(2)"));
        string help = string.Join(' ', CliRun.Here("train", "--help").Out.Split(
            (char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (string form in (string[])["step(EPOCHS,FACTOR=0.1)", "one_cycle(RISE=0.3,DIVISOR=25,FINAL=10000)",
            "warmup(EPOCHS,FROM=1/3)", "cosine(EPOCHS,LEAST=0)"])
            Assert.Contains(form, help, StringComparison.Ordinal);
    }

    [Fact]
    public void BlanksBetweenNumbersAreNoMatter() => Assert.Equal(
        CliRun.Here("show", "mlp", "--hidden", "10,20"), CliRun.Here("show", "mlp", "--hidden", " 10, 20 "));

    /// <summary>Too little memory is no fault of the program: it says what it was for, and leaves nothing.</summary>
    [Fact]
    public void TooLittleMemoryIsTroubleOutside()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "expected a shell that limits memory");
        using var data = new SmallData();
        string[] args = [.. data.Train("sk", "run", "--width", "60"), "--threads", "1"];
        CliRun run = CliRun.AsProcess(args, megabytes: 4000);
        Assert.True(run.Code == Storage, run.ToString());
        Assert.Matches(@"^error: expected [\d,]+ bytes of memory for [^:,]+, got none: ", run.Error);
        Assert.Contains("a smaller batch", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data["run"]));
    }

    /// <summary>Columns stand below each other; a loop without operations says what it sums.</summary>
    [Fact]
    public void ThePlanIsATable()
    {
        string[] lines = CliRun.Here("show", "base", "--plan", "--threads", "1").Out.Split('\n')[1..^2];
        string longest = lines.Single(line => line.Contains("optimiser/conv2.weight", StringComparison.Ordinal));
        int column = longest.IndexOf("loop (", StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(line[column - 1] == ' ' && line[column] != ' ', line));
        Assert.DoesNotContain(lines, line => line.Contains(" 1 tiles", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("()", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("Sum of [64, 50, 8, 8]", StringComparison.Ordinal));
    }

    public static TheoryData<string, string, Action<string>> DamagedFiles() => new()
    {
        { "images cut short", "expected", path => Resize(path, -100) },
        { "header cut short", "expected", path => Resize(path, -(int)new FileInfo(path).Length + 7) },
        { "trailing garbage", "expected", path => Resize(path, +3) },
        { "wrong magic", "got 00000903", path => Change(path, 2, 9) },
        { "wrong rank", "ubyte, byte 3: expected an IDX rank (dimensions) of 3, got 2", path => Change(path, 3, 2) },
        { "far too many images", "expected", path => Change(path, 4, 0x7F) },
        { "other image shape", "[96, 27, 28]", path => Change(path, 11, 27) },
        { "missing", "missing are train-images-idx3-ubyte", File.Delete },
    };

    [Theory]
    [MemberData(nameof(DamagedFiles))]
    public void DamagedImagesAreRefused(string _, string expected, Action<string> damage)
    {
        using var data = new SmallData();
        damage(data.File(0));
        IsRefused(data, data.Train("fc8", "run"), expected);
    }

    [Fact]
    public void DamagedCompressedImagesAreRefused()
    {
        using var data = new SmallData();
        Resize(data.Compress(0), -20);
        IsRefused(data, data.Train("fc8", "run"), "train-images-idx3-ubyte.gz");
    }

    [Fact]
    public void LabelsOfAWrongRankAreRefused()
    {
        using var data = new SmallData();
        Change(data.File(1), 3, 3);
        IsRefused(
            data, data.Train("fc8", "run"), data.File(1), "byte 3: expected an IDX rank (dimensions) of 1, got 3");
    }

    [Fact]
    public void LabelsOutOfRangeAreRefused()
    {
        using var data = new SmallData();
        Change(data.File(1), 8 + 5, 10);
        IsRefused(data, data.Train("fc8", "run"), "byte 13", "got 10 for image 5");
    }

    [Fact]
    public void BadCellsOfCsvAreNamedByLineAndColumn()
    {
        using var data = new SmallData();
        Directory.Delete(data["kmnist"], recursive: true);
        string row = string.Join(',', Enumerable.Repeat("0", 785));
        File.WriteAllText(data["kmnist_train.csv"], $"{row}\n{row[..10]}x{row[11..]}\n");
        File.WriteAllText(data["kmnist_test.csv"], $"{row}\n");
        IsRefused(data, data.Train("fc8", "run"), "kmnist_train.csv", "line 2");
    }

    [Fact]
    public void MissingDataSaysWhereItLookedAndHowToGetIt()
    {
        using var data = new SmallData();
        Directory.Delete(data["kmnist"], recursive: true);
        IsRefused(data, data.Train("fc8", "run"), data.Root, "data fetch kmnist");
    }

    [Fact]
    public void RangesThatDoNotFitAreRefused()
    {
        using var data = new SmallData();
        IsRefused(data, ["train", "fc8", "--data", "kmnist:0..97", "--data-dir", data.Root, "--out", data["run"]],
            "within the 96 images");
    }

    [Theory]
    [InlineData("kmnist:0..99999", "expected a range within the")]
    [InlineData("kmnits", "did you mean 'kmnist'?")]
    [InlineData("kmnist:5..2", "expected a range with at least one image")]
    public void EvaluationNamesItsOption(string images, string expected)
    {
        using var data = new SmallData();
        Assert.Equal(0, CliRun.Here(data.Train("fc8", "run")).Code);
        CliRun run = CliRun.Here("eval", data["run"], "--data", images, "--data-dir", data.Root);
        Assert.True(run.Code == BadInput, run.ToString());
        Assert.StartsWith("error: --data: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void NetworksThatDoNotFitAreRefusedByLayer()
    {
        using var data = new SmallData();
        IsRefused(data, data.Train("torchvision-alexnet", "run"), "features.", "[16, ");
    }

    [Fact]
    public void AFolderWithAnotherRunIsRefused()
    {
        using var data = new SmallData();
        Assert.Equal(0, CliRun.Here(data.Train("fc8", "run")).Code);
        string[] before = data.Entries();
        CliRun other = CliRun.Here(data.Train("fc8", "run", "--seed", "1"));
        Assert.True(other.Code == BadInput, other.ToString());
        Assert.Contains("seed is 0 there and 1 here", other.Error, StringComparison.Ordinal);
        Assert.Equal(before, data.Entries());
        Assert.Equal(0, CliRun.Here(data.Train("fc8", "run", "--seed", "1", "--force")).Code);
    }

    [Fact]
    public void AFolderWithOtherThingsIsRefused()
    {
        using var data = new SmallData();
        Directory.CreateDirectory(data["run"]);
        File.WriteAllText(Path.Combine(data["run"], "letter.txt"), "dear");
        IsRefused(data, data.Train("fc8", "run"), "got one with 'letter.txt'", data["run"]);
    }

    [Fact]
    public void AFolderThatCannotBeMadeIsStorageTrouble()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var data = new SmallData();
        CliRun run = CliRun
            .Here(["train", "fc8", "--data", "kmnist", "--data-dir", data.Root, "--out", "/proc/ceteris"]);
        Assert.True(run.Code == Storage, run.ToString());
        Assert.Contains("/proc/ceteris", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileInPlaceOfTheFolderIsToldOf()
    {
        using var data = new SmallData();
        File.WriteAllText(data["run"], "dear");
        CliRun run = CliRun.Here(data.Train("fc8", "run"));
        Assert.True(run.Code == Storage, run.ToString());
        Assert.Equal(
            $"error: could not create the folder '{data["run"]}': there is a file of this name\n", run.Error);
    }

    [Theory]
    [InlineData("", "expected JSON, got an empty file")]
    [InlineData("{\"recipe\": ", "recipe.json(1,12): not valid JSON: ")]
    public void ACutRecipeIsToldOf(string text, string expected)
    {
        using var data = new SmallData();
        Directory.CreateDirectory(data["run"]);
        File.WriteAllText(Path.Combine(data["run"], "recipe.json"), text);
        CliRun refused = CliRun.Here("train", "--resume", data["run"]);
        Assert.True(refused.Code == BadInput, refused.ToString());
        Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("isFinalBlock", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AResumedRunKeepsItsSettings()
    {
        using var data = new SmallData();
        Assert.Equal(0, CliRun.Here(data.Train("fc8", "run")).Code);
        CliRun run = CliRun.Here("train", "--resume", data["run"], "--data-dir", data.Root, "--epochs", "3");
        Assert.True(run.Code == BadInput, run.ToString());
        Assert.Contains("epochs is 2 there and 3 here", run.Error, StringComparison.Ordinal);
    }

    /// <summary>No other option is blamed, such as those that the other network or optimiser has not.</summary>
    [Theory]
    [InlineData("network is base there and mlp here", "mlp")]
    [InlineData("network is base there and sk here, network.width is not set there and 0.2 here", "sk-0.2")]
    [InlineData("optimizer is sgd there and adam here", "--optimizer", "adam")]
    [InlineData("network.hidden is not set there and 5 here", "--hidden", "5")]
    public void WhatDiffersFromTheResumedRunIsNamed(string expected, params string[] more)
    {
        using var data = new SmallData();
        Assert.Equal(0, CliRun.Here(data.Train("base", "run")).Code);
        CliRun run = CliRun.Here(["train", .. more, "--resume", data["run"], "--data-dir", data.Root]);
        Assert.True(run.Code == BadInput, run.ToString());
        Assert.Equal(
            $"error: expected the settings that {data["run"]} began with: {expected}\n", run.Error);
    }

    [Theory]
    [InlineData("\"lr\": 0.05", "\"lr\": 0.06")]
    [InlineData("\"numericsVersion\": ", "\"numericsVersion\": 1")]
    [InlineData("\"trainImages\": ", "\"trainImages\": 1", 0)]
    public void AnEditedRecipeIsCalledSo(string text, string edited, int code = BadInput)
    {
        using var data = new SmallData();
        Assert.Equal(0, CliRun.Here(data.Train("fc8", "run")).Code);
        string file = Path.Combine(data["run"], "recipe.json"), recipe = File.ReadAllText(file);
        Assert.Contains(text, recipe, StringComparison.Ordinal);
        File.WriteAllText(file, recipe.Replace(text, edited, StringComparison.Ordinal));
        string[][] commands = [["train", "--resume", data["run"], "--data-dir", data.Root], data.Train("fc8", "run")];
        foreach (CliRun run in commands.Select(args => CliRun.Here(args)))
        {
            Assert.True(run.Code == code, run.ToString());
            if (code != 0)
                Assert.Matches($"error: {file}: expected the run id .* damaged or edited\n", run.Error);
        }
        CliRun verified = CliRun.Here("verify", data["run"], "--data-dir", data.Root);
        Assert.True(verified.Code == 1, verified.ToString());
        Assert.Contains("FAIL L0  recipe.json", verified.Out, StringComparison.Ordinal);
    }

    /// <summary>A folder that an earlier version began has no word of the data in its recipe.json.</summary>
    [Fact]
    public void ARecipeWithoutDataIsStillRead()
    {
        using var data = new SmallData();
        Assert.Equal(0, CliRun.Here(data.Train("fc8", "run")).Code);
        string file = Path.Combine(data["run"], "recipe.json");
        var recipe = (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!;
        Assert.True(recipe.Remove("data"));
        File.WriteAllText(file, recipe.ToJsonString());
        Assert.Equal("true", CliRun.Here(data.Train("fc8", "run")).Text("repeated"));
        IsRefused(data, data.Train("fc8", "run", "--seed", "1"), "seed is 0 there and 1 here");
    }

    [Theory]
    [InlineData("\"identitySha256\": \"", "\"identitySha256\": \"0")]
    [InlineData("\"correct\": ", "\"correct\": 1")]
    [InlineData("{", "")]
    public void AnEditedCertificateDoesNotVerify(string text, string edited)
    {
        using var data = new SmallData();
        Assert.Equal(0, CliRun.Here(data.Train("fc8", "run")).Code);
        string file = Path.Combine(data["run"], "run.json"), certificate = File.ReadAllText(file);
        int at = certificate.LastIndexOf(text, StringComparison.Ordinal);
        string bad = certificate[..at] + edited + certificate[(at + text.Length)..];
        File.WriteAllText(file, edited.EndsWith('0') ? bad.Remove(at + edited.Length, 1) : bad);
        CliRun verified = CliRun.Here("verify", data["run"], "--data-dir", data.Root);
        Assert.True(verified.Code == 1, verified.ToString());
        Assert.Contains("FAIL L0  run.json", verified.Out, StringComparison.Ordinal);
        Assert.Equal(0, verified.Out.Count(c => c == '"') % 2);
        Assert.Empty(verified.Error);
    }

    [Fact]
    public void DebugShowsWhere() =>
        Assert.Contains("   at Ceteris.", CliRun.Here("train", "bse", "--debug").Error, StringComparison.Ordinal);

    /// <summary>Training ends with bad input, and leaves everything as it was.</summary>
    static void IsRefused(SmallData data, string[] args, params string[] expected)
    {
        string[] before = data.Entries();
        CliRun run = CliRun.Here(args);
        Assert.True(run.Code == BadInput, run.ToString());
        Assert.All(expected, part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
        Assert.Equal(before, data.Entries());
    }

    static void Resize(string path, int by)
    {
        using var stream = File.Open(path, FileMode.Open);
        stream.SetLength(stream.Length + by);
    }

    static void Change(string path, int offset, byte value)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] = value;
        File.WriteAllBytes(path, bytes);
    }
}
