using System.Globalization;
using System.Text;

using Ceteris.Statistics;
using Ceteris.Studies;

using FsCheck;
using FsCheck.Fluent;

namespace Ceteris.Tests;

/// <summary>Study files: what they say, and what is said of wrong ones.</summary>
public sealed class StudyFileTests
{
    const string Small = """
        study: small
        question: Does it help?
        baseline: { name: MLP, network: mlp, data: "digits:100", epochs: 2 }
        factors:
          batch norm:
            levels:
              without: {}
              with: { network.batch-norm: true }
          rate:
            key: lr
            values: [0.1, 0.2]
        blocks: 3
        """;

    public static TheoryData<string> Shipped => [.. ShippedStudies.Names];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void ShippedStudiesHoldTogether(string name)
    {
        Study study = ShippedStudies.Find(name);
        Assert.Equal(name, study.Name);
        Assert.True(study.Seeds.Count >= 5, "five blocks are the least for a claim");
        Study[] forms = [study, study.On("mnist"), study.Quickly(), study.Quickly().On("mnist"), study.Fully(),
            study.On("mnist").Quickly()];
        foreach (Study form in forms)
        {
            Assert.NotEmpty(form.Arms);
            Assert.All(form.Arms[0].Levels, (level, i) => Assert.Equal(form.Factors[i].Baseline, level));
            Assert.Equal(form.Arms.Count, form.Arms.Select(arm => arm.Recipe.Sha256).Distinct().Count());
            string data = form.Name.Contains("mnist", StringComparison.Ordinal) ? "mnist" : "digits";
            Assert.All(form.Arms, arm => Assert.Equal(data, form.RecipeOf(arm, 3).Data.Name));
        }
        Assert.All((Study[])[study, .. forms], form => Assert.Equal(form, StudyReader.Read(StudyWriter.Text(form), "again")));
    }

    [Fact]
    public void WhatAStudyFileSays()
    {
        Study study = StudyReader.Read(Small, "small.yaml");
        Assert.Equal(["MLP", "MLP, rate 0.2", "MLP + batch norm", "MLP + batch norm, rate 0.2"],
            study.Arms.Select(arm => arm.Name));
        Assert.Equal([0L, 1, 2], study.Seeds);
        Recipe last = study.RecipeOf(study.Arms[3], 2);
        Assert.Equal(("true", "0.2", "2", "digits:100"),
            (last["network.batch-norm"], last["lr"], last["seed"], last["data"]));
        Assert.Equal("0.1", study.Arms[0].Recipe["lr"]);
        Assert.Equal("digits:100@2", (study with { DrawsSubset = true }).RecipeOf(study.Arms[0], 2)["data"]);
        Assert.Equal([0L, 1, 2, 3, 4], study.WithBlocks(5).Seeds);
        Assert.Equal([7L, 8, 9], (study with { Seeds = [7] }).WithBlocks(3).Seeds);
        Study other = study.On("fashion-mnist");
        Assert.Equal(("small-fashion-mnist", "fashion-mnist:100"), (other.Name, other.Arms[1].Recipe["data"]));
    }

    [Fact]
    public void TheSameQuestionInOtherSizes()
    {
        Study study = StudyReader.Read(Small + """

            quick: { baseline: { data: "digits:50" }, blocks: 2 }
            full: { baseline: { data: digits, batch: 32 }, blocks: [5, 6, 7, 8] }
            """, "small.yaml");
        Assert.Equal(("small-quick", "digits:50", "2", 2), Size(study.Quickly()));
        Assert.StartsWith("The quick form of small:", study.Quickly().About, StringComparison.Ordinal);
        Assert.Equal(("small-full", "digits", "2", 4), Size(study.Fully()));
        Assert.Equal(("small-mnist", "mnist", "2", 4), Size(study.On("mnist")));
        Assert.Equal(("small-quick-mnist", "mnist:50", "2", 2), Size(study.Quickly().On("mnist")));
        Assert.Equal([5L, 6, 7, 8], study.On("mnist").Seeds);
        Assert.Equal("small-full", study.Fully().Fully().Name);
        Assert.Equal(study, StudyReader.Read(StudyWriter.Text(study), "again"));

        static (string, string?, string?, int) Size(Study form) => (form.Name, form.Arms[^1].Recipe["data"],
            form.Arms[^1].Recipe["epochs"], form.Seeds.Count);
    }

    [Fact]
    public void TheSameInAProgram()
    {
        var study = new Study
        {
            Name = "small",
            Question = "Does it help?",
            BaselineName = "MLP",
            Baseline = [("network", "mlp"), ("data", "digits:100"), ("epochs", "2")],
            Factors =
            [
                StudyFactor.OnOff("batch norm", ("network.batch-norm", "true")),
                StudyFactor.Of("rate", "lr", "0.1", "0.2"),
            ],
            Seeds = Study.FirstSeeds(3),
        };
        Assert.Equal(StudyReader.Read(Small, "small.yaml"), study);
        Study confirming = study.Confirming(study.Arms[3]);
        Assert.Equal(["MLP", study.Arms[3].Name], confirming.Arms.Select(arm => arm.Name));
        Assert.Equal(study.Arms[3].Recipe, confirming.Arms[1].Recipe);
        // None that the study has or can get by counting, nor the other way round.
        Assert.Equal([1_000_000L, 1_000_001, 1_000_002], confirming.Seeds);
        Assert.Equal([.. confirming.Seeds, 1_000_003L], confirming.WithBlocks(4).Seeds);
        Assert.Equal([8L, 9, 10], (study with { Seeds = [8, 9] }).WithBlocks(3).Seeds);
        StudyStage stage = new("small-confirm", "MLP, rate 0.2", "+1.00 points (3 seeds)");
        Study noted = study with { Confirmed = stage, Chosen = stage with { Study = "other" } };
        Assert.Equal(noted, StudyReader.Read(StudyWriter.Text(noted), "study.json"));
        Assert.NotEqual(study, noted);
        Assert.Null(noted.Confirming(study.Arms[3]).Confirmed);
    }

    [Theory]
    [InlineData("small.yaml(12,1): unknown key 'block' in a study: expected", "blocks: 3", "block: 3")]
    [InlineData("did you mean 'blocks'", "blocks: 3", "block: 3")]
    [InlineData("small.yaml(3,", "network: mlp", "netwrk: mlp")]
    [InlineData("small.yaml(2,1): unknown key 'qestion' in a study: expected study, question,",
        "question:", "qestion:")]
    [InlineData("did you mean 'question'?", "question:", "qestion:")]
    [InlineData("small.yaml(1,1): unknown key 'stdy'", "study: small", "stdy: small")]
    [InlineData("small.yaml(3,1): unknown key 'baselin'", "baseline:", "baselin:")]
    [InlineData("small.yaml(3,13): unknown key 'nmae' in a recipe; did you mean 'name'?", "name: MLP", "nmae: MLP")]
    [InlineData("small.yaml(6,5): unknown key 'lvels' in a factor", "levels:", "lvels:")]
    [InlineData("small.yaml(10,5): unknown key 'kee' in a factor", "key: lr", "kee: lr")]
    [InlineData("small.yaml(10,5): expected a key and its values, or levels, got both", "key: lr", "levels: {}")]
    [InlineData("small.yaml(12,14): unknown key 'dta' in a reference", "blocks: 3", "reference: { dta: mnist }")]
    [InlineData("small.yaml(12,10): unknown key 'blcks' in the quick form", "blocks: 3", "quick: { blcks: 2 }")]
    [InlineData("small.yaml(3,44): data: expected a data set (digits, mnist, fashion-mnist, kmnist), got 'digitz'; "
        + "did you mean 'digits'?", "digits:100", "digitz:100")]
    [InlineData("small.yaml(3,44): data: expected a range within the 60000 images of digits, got 60001",
        "digits:100", "digits:60001")]
    [InlineData("small.yaml(8,26): test-data: expected a data set", "network.batch-norm: true", "test-data: mnits")]
    [InlineData("small.yaml(11,13): values: expected a data set", "key: lr\n    values: [0.1, 0.2]",
        "key: data\n    values: [digits:100, digitz:100]")]
    [InlineData("unknown key 'netwrk' in a recipe; did you mean 'network'", "network: mlp", "netwrk: mlp")]
    [InlineData("small.yaml(3,66): epochs: expected a whole number from 1", "epochs: 2", "epochs: many")]
    [InlineData("loss: expected cross_entropy or mse, got 'nll', which is for networks that end in log-softmax: mlp",
        "network.batch-norm: true", "loss: nll")]
    [InlineData("small.yaml(3,33): network: unknown network", "network: mlp", "network: perceptron")]
    [InlineData("small.yaml(8,24): network: unknown network 'mpl'; did you mean 'mlp'?",
        "network.batch-norm: true", "network: mpl")]
    [InlineData("small.yaml(8,15): unknown key 'network.batchnorm' in a recipe; did you mean 'network.batch-norm'",
        "network.batch-norm: true", "network.batchnorm: true")]
    [InlineData("small.yaml(10,10): key: unknown key 'rate' in a recipe; did you mean 'lr'", "key: lr", "key: rate")]
    [InlineData("unknown key 'batch_size' in a recipe; did you mean 'batch'?", "network: mlp",
        "network: mlp, batch_size: 3")]
    [InlineData("small.yaml(8,46): arm 'MLP + batch norm': network.hidden: has a meaning only",
        "network.batch-norm: true", "network: base, network.hidden: 5")]
    [InlineData("small.yaml(3,73): lr: expected the value of the baseline's level '0.1' of the factor 'rate', 0.1, or "
        + "none here, got 0.5", "epochs: 2", "epochs: 2, lr: 0.5")]
    [InlineData("small.yaml(3,66): epochs: expected the value of the baseline's level 'without' of the factor "
        + "'batch norm', 3, or none here, got 2", "without: {}", "without: { epochs: 3 }")]
    [InlineData("small.yaml(8,21): expected arms that are tested on the same images, got 'MLP', tested on digits, and "
        + "'MLP + batch norm', tested on mnist", "network.batch-norm: true", "data: mnist:100")]
    [InlineData("small.yaml(12,50): expected claims about other arms against the baseline, got one about the baseline "
        + "'MLP' itself", "blocks: 3", "reference: { source: the article, claims: { MLP: better } }")]
    [InlineData("small.yaml(11,13): values: expected a number from 0, got 'fast'", "[0.1, 0.2]", "[0.1, fast]")]
    [InlineData("the seed is what blocks draw", "epochs: 2", "seed: 2")]
    [InlineData("arms 'MLP' and 'MLP + batch norm' are one recipe", "{ network.batch-norm: true }", "{}")]
    [InlineData("factor 'rate': expected two levels or more, got 1", "[0.1, 0.2]", "[0.1]")]
    [InlineData("the key 'lr' is set by the factors 'batch norm' and 'rate'", "network.batch-norm: true", "lr: 3")]
    [InlineData("small.yaml(12,9): blocks: expected 1 to 10000 blocks, or a list of seeds, got 0",
        "blocks: 3", "blocks: 0")]
    [InlineData("small.yaml(12,9): expected different seeds from 0 on, got 1, 1", "blocks: 3", "blocks: [1, 1]")]
    [InlineData("expected a metric (test accuracy", "blocks: 3", "metric: test acuracy")]
    [InlineData("margin: expected a positive number or 'suggested', got '-1'", "blocks: 3", "margin: -1")]
    [InlineData("margin: expected a positive number or 'suggested', got 'small'", "blocks: 3", "margin: small")]
    [InlineData("draws: expected seed or [seed, subset], got 'data'", "blocks: 3", "draws: data")]
    [InlineData("varies: expected parameters", "blocks: 3", "varies: [weights]")]
    [InlineData("small.yaml(12,8): looks: expected numbers of blocks from 2 to 10000 that rise, got [10, 5]",
        "blocks: 3", "looks: [10, 5]")]
    [InlineData("looks: expected numbers of blocks", "blocks: 3", "looks: [5, 5000000000]")]
    [InlineData("seen: expected numbers of blocks from 1 to 10000 that rise, got [3, 3]", "blocks: 3", "seen: [3, 3]")]
    [InlineData("small.yaml(12,9): expected images put aside in every arm for validation accuracy",
        "blocks: 3", "metric: validation accuracy")]
    [InlineData("small.yaml(12,9): expected images put aside in every arm for validation loss (validation: 10%, for "
        + "example), got none in 'MLP'", "blocks: 3", "metric: validation loss")]
    [InlineData("small.yaml(12,29): MLP: expected an accuracy in percent, from 0 to 100, got '9700'",
        "blocks: 3", "reference: { values: { MLP: 9700 } }")]
    [InlineData("'MPL' is no arm: expected 'MLP'", "blocks: 3", "reference: { values: { MPL: 97 } }")]
    [InlineData("did you mean 'MLP'", "blocks: 3", "reference: { values: { MPL: 97 } }")]
    [InlineData("expected better, worse or equivalent, got 'nice'",
        "blocks: 3", "reference: { claims: { MLP: nice } }")]
    [InlineData("'MPL' is no arm: expected 'MLP'",
        "blocks: 3", "reference: { claims: { MLP + batch norm: worse than MPL } }")]
    [InlineData("MLP: expected a number, or a list of them, got 'many'",
        "blocks: 3", "reference: { values: { MLP: [97, many] } }")]
    [InlineData("of: expected a metric (test accuracy", "blocks: 3", "reference: { of: accuracy, values: { MLP: 97 } }")]
    [InlineData("study: expected a name of small letters", "study: small", "study: ../small")]
    [InlineData("question: expected a text, got nothing", "question: Does it help?", "")]
    [InlineData("expected keys with values, got 'x'", "baseline: {", "quick: x\nbaseline: {")]
    [InlineData("expected plain values, got an anchor (&)", "question: Does", "question: &a Does")]
    [InlineData("expected plain values, got an alias (*)", "question: Does it help?", "question: *a")]
    [InlineData("expected plain values, got a tag (!)", "question: Does", "question: !!str Does")]
    [InlineData("small.yaml(3,1): expected blanks at the beginning of a line, got a tab", "baseline:", "\tbaseline:")]
    [InlineData("small.yaml(10,1): expected blanks at the beginning of a line, got a tab", "    key: lr", "\t\tkey: lr")]
    [InlineData("not valid YAML", "study: small", "study: [small")]
    [InlineData("small.yaml(3,11): not valid YAML: expected a '}' that closes what begins here", "epochs: 2 }",
        "epochs: 2")]
    [InlineData("small.yaml(11,13): not valid YAML: expected a ']'", "0.2]", "0.2\nmetric: test loss")]
    [InlineData("not valid YAML", "blocks: 3", "blocks: 3\nblocks: 4")]
    [InlineData("expected one document, got 2", "blocks: 3", "blocks: 3\n---\nblocks: 4")]
    public void WrongFilesAreExplained(string expected, string from, string to)
    {
        Assert.Contains(from, Small, StringComparison.Ordinal);
        string text = Small.Replace(from, to, StringComparison.Ordinal);
        StudyException error = Assert.Throws<StudyException>(() => StudyReader.Read(text, "small.yaml"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("small.yaml", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheValueThatTheBaselineDeclaresIsItsLevel()
    {
        Study study = Read("epochs: 2, lr: 0.20"), plain = Read("epochs: 2");
        Assert.Equal(("MLP", "0.2"), (study.Arms[0].Name, study.Arms[0].Recipe["lr"]));
        Assert.Contains(study.Arms, arm => arm.Name == "MLP, rate 0.1");
        Assert.Equal(study, StudyReader.Read(StudyWriter.Text(study), "again"));
        Assert.Equal(plain.Arms[0].Recipe, plain.Confirming(plain.Arms[1]).Arms[0].Recipe);

        static Study Read(string baseline) =>
            StudyReader.Read(Small.Replace("epochs: 2", baseline, StringComparison.Ordinal), "small.yaml");
    }

    [Fact]
    public void TrainingImagesMayDiffer() => Assert.Equal(["digits:100", "digits:400"],
        StudyReader.Read(Small.Replace("network.batch-norm: true", "data: digits:400", StringComparison.Ordinal), "small")
            .Arms.Select(arm => arm.Recipe["data"]!).Distinct());

    [Fact]
    public void AReferenceKeepsItsDigitsItsMetricAndItsClaims()
    {
        StudyReference read = StudyReader.Read(StudyWriter.Text(StudyReader.Read(Small + """

            reference:
              of: train accuracy
              values: { MLP: 99.0, MLP + batch norm: [98.9, 99.1] }
              claims: { MLP + batch norm: better, "MLP + batch norm, rate 0.2": worse than MLP + batch norm }
            """, "small.yaml")), "written").Reference!;
        Assert.Equal("train accuracy", read.Metric!.Name);
        Assert.Equal("99.0", read.Values["MLP"].ToString());
        Assert.Equal(0.05, read.Values["MLP"].Rounding, 12);
        Assert.Equal(("98.9 to 99.1", 99.0), (read.Values["MLP + batch norm"].ToString(), read.Values["MLP + batch norm"].Mean));
        Assert.Equal(new StudyClaim(VerdictKind.Better), read.Claims["MLP + batch norm"]);
        Assert.Equal(new StudyClaim(VerdictKind.Worse, "MLP + batch norm"), read.Claims["MLP + batch norm, rate 0.2"]);
    }

    [Fact]
    public void AMetricOfImagesPutAsideNeedsThem()
    {
        string text = Small.Replace("epochs: 2", "epochs: 2, validation: 10%", StringComparison.Ordinal)
            + "\nmetric: validation accuracy\nquick: { baseline: { validation: none } }";
        Assert.Contains("small.yaml(14,8): in the quick form: expected images put aside",
            Assert.Throws<StudyException>(StudyReader.Read(text, "small.yaml").Quickly).Message,
            StringComparison.Ordinal);
        Study study = StudyReader.Read(text.Replace("none", "5", StringComparison.Ordinal), "small.yaml");
        Assert.True(study.Metric.IsValidation);
        Assert.All(study.Arms, arm => Assert.NotNull(arm.Recipe.Validation));
    }

    /// <summary>Who asks for the study itself need not know that another form of it cannot be.</summary>
    [Theory]
    [InlineData("quick")]
    [InlineData("full")]
    public void AFormIsCheckedWhereItIsAskedFor(string form)
    {
        Study study = StudyReader.Read($$"""
            {{Small}}
            reference: { values: { MLP: 98, "MLP + batch norm": 99 } }
            {{form}}:
              factors: { images: { levels: { few: { data: "digits:50" }, other: { data: "mnist:50" } } } }
            """, "small.yaml");
        Assert.Equal(4, study.Arms.Count);
        Assert.Equal(study, StudyReader.Read(StudyWriter.Text(study), "again"));
        string expected = $"small.yaml(15,77): in the {form} form: expected arms that are tested on the same images";
        Action make = form == "quick" ? () => study.Quickly() : () => study.Fully();
        foreach (Action ask in (Action[])[study.CheckForms, make])
        {
            Assert.StartsWith(expected, Assert.Throws<StudyException>(ask).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("expected a study file, got 'batch-norm.yaml', which does not exist; did you mean 'batch-norm'?",
        "batch-norm.yaml")]
    [InlineData("expected a study file, got './none', which does not exist", "./none")]
    [InlineData("expected a study file, got '.', which is a folder", ".")]
    [InlineData("expected a study file or the name of a shipped study, got 'batchnorm'; did you mean 'batch-norm'?",
        "batchnorm")]
    public void FilesThatAreNotThereAreNamed(string expected, string name) => Assert.StartsWith(expected,
        Assert.Throws<StudyException>(() => ShippedStudies.Find(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "blocks: 3", "blocks: [4, 5]")]
    [InlineData(null, "Does it help?", "Does it really help?")]
    [InlineData(null, "epochs: 2", "epochs: 2, optimizer: sgd")]
    [InlineData("epochs of 'MLP' is 2 there and 3 here", "epochs: 2", "epochs: 3")]
    [InlineData("network.batch-norm of 'MLP + batch norm' is true there and false here, epochs of 'MLP + batch norm' "
        + "is 2 there and 9 here", "{ network.batch-norm: true }", "{ epochs: 9 }")]
    [InlineData("the arm 'MLP, rate 0.2' is only there", "[0.1, 0.2]", "[0.1, 0.3]")]
    [InlineData("the arm 'MLP, rate 0.3' is only here", "[0.1, 0.2]", "[0.1, 0.2, 0.3]")]
    [InlineData("the metric is test accuracy there and test loss here, the margin is none there and 0.5 here",
        "blocks: 3", "metric: test loss\nmargin: 0.5")]
    [InlineData("what a block draws is the seed there and the seed and the subset here, the list of looks is [] there "
        + "and [2, 3] here", "blocks: 3", "draws: [seed, subset]\nlooks: [2, 3]")]
    public void AnotherDesignIsToldFromMoreBlocks(string? expected, string from, string to) => Assert.Equal(expected,
        StudyDifference.Between(StudyReader.Read(Small, "there"),
            StudyReader.Read(Small.Replace(from, to, StringComparison.Ordinal), "here")));

    [Fact]
    public void DeepAndLongFilesAreRefused()
    {
        string deep = "study: " + new string('[', 100) + new string(']', 100);
        Assert.Contains("a depth of more than 32", Assert.Throws<StudyException>(
            () => StudyReader.Read(deep, "x")).Message, StringComparison.Ordinal);
        Assert.Contains("characters", Assert.Throws<StudyException>(
            () => StudyReader.Read(new string(' ', 2_000_000), "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhateverComesIsReadOrRefused() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<byte>(),
        (noise, at, length) =>
        {
            // A piece of a good file is replaced by noise, so that what comes after the first key is reached too.
            int from = Math.Abs(at % Small.Length), to = Math.Min(Small.Length, from + length % 20);
            var text = new StringBuilder(Small[..from]).Append(noise.Get).Append(Small[to..]);
            try
            {
                _ = StudyReader.Read(text.ToString(), "noise").Arms;
            }
            catch (StudyException e)
            {
                return e.Message.Length > 0;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void OrderedLevelsRise()
    {
        var study = StudyReader.Read(Small, "small.yaml");
        StudyFactor falling = StudyFactor.Of("rate", "lr", "0.2", "0.1") with { IsOrdered = true };
        Assert.Contains("rise", Assert.Throws<StudyException>(
            () => (study with { Factors = [falling] }).Arms).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSchemaIsThatOfTheReader() =>
        Assert.Equal(StudySchema.Text(), File.ReadAllText(InRepository("studies", "study.schema.json")));

    [Fact]
    public void TheIndexNamesEveryStudy()
    {
        string index = File.ReadAllText(InRepository("studies", "README.md"));
        foreach (string name in ShippedStudies.Names)
        {
            Study study = ShippedStudies.Find(name);
            Assert.Contains($"[{name}]({name}.yaml)", index, StringComparison.Ordinal);
            Assert.Contains(study.Question, index, StringComparison.Ordinal);
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"| {study.Arms.Count} × {study.Seeds.Count} |"), index,
                StringComparison.Ordinal);
        }
    }

    static string InRepository(params string[] path)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ceteris.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine([folder, .. path]);
    }
}
