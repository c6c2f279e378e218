using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Statistics;
using Ceteris.Studies;

namespace Ceteris.Tests;

public partial class StudyReportTests
{
    public static TheoryData<string> Names => [.. outcomes.Keys];

    static readonly Dictionary<string, StudyOutcome> outcomes = new()
    {
        ["two"] = StudySamples.TwoArms(study => study with
        {
            SuggestsMargin = true,
            Reference = new("the article",
                new Dictionary<string, ReferenceValue> { ["BASE"] = new(97.32m), ["BASE + batch norm"] = new(98.17m) },
                new Dictionary<string, StudyClaim> { ["BASE + batch norm"] = new(VerdictKind.Better) }, "one run"),
        }),
        ["factorial"] = StudySamples.Factorial(),
        ["sizes"] = StudySamples.Sizes(),
        ["width"] = StudySamples.Width(),
        ["one"] = StudySamples.OneArm(),
        ["several"] = StudySamples.Several(),
        ["broken"] = Broken(),
        ["points"] = StudySamples.Outcome(StudySamples.Study("points", [StudySamples.BatchNorm], 2), [9732, 9741],
            [9800, 9810]),
        ["single"] = StudySamples.Outcome(StudySamples.Study("single", [StudySamples.BatchNorm], 1), [9732], [9800]),
        ["nothing"] = StudySamples.Outcome(StudySamples.Study("nothing", [StudySamples.BatchNorm], 2), [null, null],
            [9732, 9741]),
        ["hostile"] = Hostile(),
        ["same"] = StudySamples.SameWeights(StudySamples.TwoArms(), 1, 0),
        ["some same"] = StudySamples.SameWeights(StudySamples.Several(), 3, 1),
        ["loss"] = StudySamples.TwoArms(study => study with { Metric = StudyMetric.Find("test loss") }),
        ["alone"] = StudySamples.Several() with { TimesAreAlone = true },
    };

    /// <summary>A run that diverged, one that has not run.</summary>
    static StudyOutcome Broken()
    {
        StudyOutcome outcome = StudySamples.Outcome(
            StudySamples.Study("broken", [StudySamples.BatchNorm, StudySamples.Dropout], 6),
            [9732, 9741, 9718, 9755, 9729, 9740], [9769, null, 9752, 9781, 9766, 9770],
            [9817, 9809, 9801, 9826, 9798, 9812], [9789, 9802, 9788, 9805, 9793, 9801]);
        ArmOutcome last = outcome.Arms[^1];
        return outcome with
        {
            Arms = [.. outcome.Arms.SkipLast(1),
                last with { Blocks = [StudySamples.NotRun(0), .. last.Blocks.Skip(1)] }],
        };
    }

    static StudyOutcome Hostile() => StudySamples.Outcome(
        StudySamples.Study("hostile", [new("<script>alert(1)</script>", [new("plain", []),
            new("=cmd(), \"<b>\" & | co", [("network", "base-bn")]), new("`x` *y* \u0001", [("network", "sk")])])],
                5) with
        {
            Question = "Is </title><script>alert('x')</script> & \"more\" safe?",
            About = "]]> --> <img src=x onerror=alert(1)>",
        },
        [9732, 9741, 9718, 9755, 9729], [9817, 9809, 9801, 9826, 9798], [9810, 9800, 9801, 9826, 9798]);

    /// <summary>Of two factors one does nothing: the other's effect is that of two arms, number by number.</summary>
    [Fact]
    public void EffectsHaveTheAlwaysValidIntervalOfTheTwoArmsThatTheyComeDownTo()
    {
        int?[] before = [9732, 9741, 9718, 9755, 9729], after = [9817, 9809, 9801, 9826, 9798];
        Study study = StudySamples.Study("idle", [StudySamples.BatchNorm, StudySamples.Dropout], 5);
        StudyAnalysis seen = StudyAnalysis.Of(
            StudySamples.Outcome(study with { Seen = [3] }, before, before, after, after));
        JsonNode json = JsonNode.Parse(Text(seen, StudyReport.Json))!;
        JsonNode arm = json["comparisons"]!.AsArray().Single(c => (string?)c!["arm"] == "BASE + batch norm")!;
        JsonNode effect = json["effects"]!.AsArray().Single(e => (string?)e!["name"] == "batch norm")!;
        string expected = arm["alwaysValid"]!.ToJsonString();
        Assert.Equal(expected, effect["alwaysValid"]!.ToJsonString());
        Assert.All(effect["simpleEffects"]!.AsArray(), e => Assert.Equal(expected, e!["alwaysValid"]!.ToJsonString()));
        Assert.Equal(
            Text(StudyAnalysis.Of(StudySamples.TwoArms(two => two with { Seen = [3] })), StudyReport.Json)
                .Split("\"alwaysValid\"")[1].Split('}')[0],
            Text(seen, StudyReport.Json).Split("\"alwaysValid\"")[1].Split('}')[0]);
        JsonNode idle = json["effects"]!.AsArray().Single(e => (string?)e!["name"] == "dropout")!;
        Assert.Null(idle["alwaysValid"]);
        Interval valid = AlwaysValid.Of(seen.Findings[1].Paired.Test!).Interval!.Value;
        string cell = InWords.Range(valid, InWords.Decimals(valid.HalfWidth));
        Assert.Equal(3, Text(seen, StudyReport.Markdown).Split($"| {cell} |").Length - 1);
        StudyAnalysis once = StudyAnalysis.Of(StudySamples.Outcome(study, before, before, after, after));
        Assert.DoesNotContain("alwaysValid", Text(once, StudyReport.Json));
    }

    [Fact]
    public void TheFirstSectionSaysThatBlocksWereChangedAfterALook()
    {
        StudyAnalysis seen = StudyAnalysis.Of(StudySamples.TwoArms(study => study with { Seen = [3] }));
        const string Said = " was changed after results had been seen (at 3";
        foreach (string name in (string[])[StudyReport.Html, StudyReport.Markdown])
        {
            string text = Text(seen, name);
            Assert.InRange(text.IndexOf(Said, StringComparison.Ordinal), text.IndexOf("The answer",
                StringComparison.Ordinal), text.IndexOf("Every seed", StringComparison.Ordinal));
        }
        JsonNode json = JsonNode.Parse(Text(seen, StudyReport.Json))!;
        Assert.Equal("[3]", json["study"]!["seen"]!.ToJsonString());
        Assert.Contains(Said, (string?)json["verdict"]!["notes"]![0]);
    }

    [Fact]
    public void NumbersOfFilesAreThoseThatAreMeant()
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(
            StudySamples.Study("exact", [StudySamples.BatchNorm], 3), [9763, 9781, 9795], [9817, 9809, 9801]));
        Assert.NotEqual(97.7966666667, analysis.Baseline.Mean);
        string json = Text(analysis, StudyReport.Json), csv = Text(analysis, StudyReport.Csv);
        Assert.Contains("97.7966666667", json);
        Assert.DoesNotContain("97.79666666666667", json);
        Assert.Contains(",test accuracy,97.63,%,9763,10000,", csv);
    }

    [Fact]
    public void ALossHasTheSameDigitsInEveryTable()
    {
        StudyAnalysis loss = StudyAnalysis.Of(StudySamples.TwoArms(
            study => study with { Metric = StudyMetric.Find("test loss") }));
        Assert.True(loss.Baseline.Decimals >= 4);
        Assert.Contains($"| BASE | 5 | {InWords.Number(loss.Baseline.Mean!.Value, loss.Baseline.Decimals)} (",
            Text(loss, StudyReport.Markdown));
        Assert.Equal(2, StudyAnalysis.Of(StudySamples.TwoArms()).Baseline.Decimals);
    }

    [Fact]
    public void TheReportSaysHowFarSeedsLieApartAndWhichArmItShows()
    {
        string several = Text(StudyAnalysis.Of(StudySamples.Several()), StudyReport.Markdown);
        double sd = StudyAnalysis.Of(StudySamples.Several()).Baseline.Test!.StandardDeviation;
        string apart = InWords.Number(Math.Sqrt(2) * sd, 2);
        Assert.Contains("two single runs of BASE that differ in the seed alone lie typically "
            + $"{apart} points apart (√2 standard deviations of its 8 seeds)", several);
        Assert.Contains("Of 4 arms this is BN, which helps most.", several);
    }

    [Fact]
    public void AShownComparisonBesideAnUnshownTestOfAllArmsIsExplained()
    {
        string[] names = ["BASE", "a little", "b", "c", "d", "e"];
        var factor = new StudyFactor("part", [.. names.Select((name, i) =>
            new StudyLevel(name, i == 0 ? [] : [("lr", $"0.00{i}")]))]);
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.Outcome(StudySamples.Study("parts", [factor], 10),
            (arm, seed) => 9700 + arm.Levels[0] switch
            {
                0 => 0,
                1 => 8 + (int)seed % 3,
                _ => (seed >> (arm.Levels[0] - 2)) % 2 == 0 ? 45 : -45,
            }));
        Assert.Equal("better", analysis.Findings[0].Word);
        Assert.True(analysis.Comparison!.Omnibus!.EpsilonP > 0.05);
        Assert.Contains("That is no contradiction to what is shown of a little: ",
            Text(analysis, StudyReport.Markdown));
        Assert.DoesNotContain("no contradiction", Files("several")["report.md"]);
    }

    [Fact]
    public void ASingleEpochHasNoLearningCurve()
    {
        StudyOutcome once = StudySamples.Outcome(
            StudySamples.Study("once", [StudySamples.BatchNorm], 5) with
            {
                Baseline = [("network", "base"), ("data", "mnist:10000"), ("epochs", "1")],
            }, [9732, 9741, 9718, 9755, 9729], [9817, 9809, 9801, 9826, 9798]);
        Assert.DoesNotContain("While they learn", Text(StudyAnalysis.Of(once), StudyReport.Html));
        Assert.Contains("While they learn", Text(StudyAnalysis.Of(StudySamples.TwoArms()), StudyReport.Html));
    }

    [Fact]
    public void ALegendShortensNamesOnlyWhereAllBeginWithTheBaselines()
    {
        Study study = StudySamples.Study("networks",
            [new("network", [new("BASE", []), new("SK", [("network", "sk")])]),
             new("pixels", [new("in place", []), new("permuted", [("permute", "0")])])], 5);
        string html = Text(StudyAnalysis.Of(StudySamples.Outcome(
            study, (arm, seed) => 9700 + 20 * arm.Levels.Sum() + (int)seed)), StudyReport.Html);
        Assert.Contains(">BASE, pixels permuted", html[html.IndexOf("While they learn")..]);
    }

    [Fact]
    public void LinesDoNotBreakBetweenANumberAndItsUnit()
    {
        string html = Text(StudyAnalysis.Of(StudySamples.TwoArms()), StudyReport.Html);
        Assert.Contains("+0.75\u00a0points (95\u00a0%\u00a0interval 0.65 to 0.85, 5\u00a0seeds", html);
    }

    /// <summary>On paper only what is smaller than a page is kept whole, and all sizes of text shrink alike.</summary>
    [Fact]
    public void PrintedSectionsBreakAndSmallTextShrinksWithItsTable()
    {
        string html = Text(StudyAnalysis.Of(StudySamples.Several()), StudyReport.Html);
        string print = Regex.Match(html, @"@media print\{(.*?)\}\}", RegexOptions.Singleline).Groups[1].Value;
        string[] whole = [.. Regex.Matches(print, @"([^{}]+)\{break-inside:avoid\}")
            .SelectMany(rule => rule.Groups[1].Value.Trim().Split(','))];
        Assert.Contains("figure", whole);
        Assert.Contains("tr", whole);
        Assert.DoesNotContain("section", whole);
        Assert.Matches(@"tbody tr:nth-child\(-n\+2\)\{break-after:avoid\}", print);
        Assert.Matches(@"\.ct-figure\{[^}]*max-height:\d+mm", print);
        Assert.Matches(@"td small,th small\{[^}]*font-size:\.\d+em", html);
        Assert.Matches(@"code\{font:\.\d+em", html);
        Assert.DoesNotMatch(@"font-size:[\d.]+px", print);
    }

    /// <summary>With spaces that may break.</summary>
    static string Plain(XElement element) => element.Value.Replace('\u00a0', ' ');

    static string Text(StudyAnalysis analysis, string file) =>
        Encoding.UTF8.GetString(StudyReport.Files(analysis).First(f => f.Name == file).Bytes);

    static readonly ImageSet pictures = Pictures();

    static ImageSet Pictures()
    {
        byte[] pixels = new byte[StudySamples.Images * 16], labels = new byte[StudySamples.Images];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (byte)(i % StudySamples.ClassCount);
            for (int p = 0; p < 16; p++)
                pixels[i * 16 + p] = (byte)(17 * (i * 7 + p * 5) % 256);
        }
        return new("made up", Shape.Of([1, 4, 4]), [.. Enumerable.Range(0, 10).Select(i => $"{i}")], pixels, labels);
    }

    /// <summary>Made once for each outcome.</summary>
    static Dictionary<string, string> Files(string name) => reports[name].Value;

    static readonly Dictionary<string, Lazy<Dictionary<string, string>>> reports =
        outcomes.ToDictionary(pair => pair.Key, pair => new Lazy<Dictionary<string, string>>(() => Files(pair.Value)));

    static Dictionary<string, string> Files(StudyOutcome outcome, bool? times = true) =>
        StudyReport.Files(StudyAnalysis.Of(outcome), pictures, times)
            .ToDictionary(file => file.Name, file => Encoding.UTF8.GetString(file.Bytes));

    [Theory]
    [MemberData(nameof(Names))]
    public void ThePageIsWellFormedAndNeedsNothingElse(string name)
    {
        Dictionary<string, string> files = Files(name);
        Assert.Equal(["report.html", "report.md", "report.csv", "report.json"], files.Keys);
        if (Environment.GetEnvironmentVariable("CETERIS_REPORT_DIR") is { } folder)
        {
            foreach ((string file, string text) in files)
                File.WriteAllText(Path.Combine(folder, $"{name}-{file}"), text);
        }
        string html = files["report.html"];
        XElement root = XDocument.Parse(html).Root!;
        Assert.Equal("html", root.Name.LocalName);
        string[] elements = [.. root.Descendants().Select(e => e.Name.LocalName)];
        Assert.DoesNotContain("script", elements);
        Assert.DoesNotContain("link", elements);
        Assert.DoesNotContain("iframe", elements);
        Assert.DoesNotContain("http:", html);
        Assert.DoesNotContain("https:", html);
        Assert.DoesNotContain("url(", html);
        Assert.All(root.Descendants().Attributes(), a => Assert.False(a.Name.LocalName.StartsWith("on"), $"{a}"));
        Assert.All(root.Descendants().Attributes("src"), a => Assert.StartsWith("data:image/png;base64,", a.Value));
        string[] ids = [.. root.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.Single(elements, "style");
        Assert.All(files.Values, text => Assert.DoesNotContain('\r', text));
        Assert.All(files.Values, text => Assert.EndsWith("\n", text));
        Assert.All(root.Descendants("td"), cell => Assert.DoesNotMatch("^(NaN|.*∞.*)$", cell.Value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingInAFigureIsOutsideOfIt(string name)
    {
        foreach (XElement svg in XDocument.Parse(Files(name)["report.html"]).Descendants("svg")
            .Where(e => e.Parent!.Name == "div"))
        {
            double[] view = [.. svg.Attribute("viewBox")!.Value.Split(' ').Select(v => Value(v))];
            foreach (XElement text in svg.Elements("text").Where(e => e.Attribute("transform") is null))
            {
                double size = text.Attribute("class")!.Value.Contains("small") ? PlotStyle.SmallSize
                    : PlotStyle.LabelSize;
                double reach = 0.95 * PlotStyle.TextWidth(text.Value, size), x = Value(text.Attribute("x")!.Value);
                double left = x - (string?)text.Attribute("text-anchor") switch
                {
                    "end" => reach,
                    "middle" => reach / 2,
                    _ => 0
                };
                Assert.True(left >= -2 && left + reach <= view[2] + 2,
                    $"{name}: '{text.Value}' from {left} to {left + reach} of {view[2]}");
                Assert.InRange(Value(text.Attribute("y")!.Value), 9, view[3]);
            }
            foreach (XElement dot in svg.Descendants("circle"))
            {
                Assert.InRange(Value(dot.Attribute("cx")!.Value), 0, view[2]);
                Assert.InRange(Value(dot.Attribute("cy")!.Value), 0, view[3]);
            }
        }
    }

    static double Value(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Names))]
    public void NeitherTheOrderOfBlocksNorTheCultureChangesAByte(string name)
    {
        StudyOutcome outcome = outcomes[name];
        Dictionary<string, string> expected = Files(name);
        using var culture = new CultureSwitch();
        Assert.Equal(expected, Files(outcome with
        {
            Arms = [.. outcome.Arms.Reverse().Select(arm => arm with { Blocks = [.. arm.Blocks.Reverse()] })],
        }));
    }

    [Fact]
    public void WithoutTimesAReportDoesNotDependOnThem()
    {
        StudyOutcome outcome = StudySamples.Several(), slower = outcome with
        {
            Arms = [.. outcome.Arms.Select(arm => arm with { Blocks = [.. arm.Blocks.Select(Slower)] })],
        };
        Assert.Equal(Files(outcome, times: false), Files(slower, times: false));
        Assert.Equal(Files(outcome, times: null), Files(slower, times: null));
        Assert.NotEqual(Files(outcome), Files(slower));
        Assert.DoesNotContain("econds (shared", Files(outcome, times: false)["report.html"]);

        static BlockOutcome Slower(BlockOutcome block) => block with
        {
            Run = block.Run! with { Environment = block.Run.Environment with { Seconds = 9999, Threads = 7 } },
        };
    }

    /// <summary>Also as a share, a change or a percentage of a number: "falls by 28 %" is a ratio of 0.72.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void EveryNumberOfTheVerdictIsInTheJson(string name)
    {
        if (name == "hostile")
            return;
        StudyAnalysis analysis = StudyAnalysis.Of(outcomes[name]);
        JsonNode json = JsonNode.Parse(Files(name)["report.json"])!;
        double[] numbers = [.. Numbers(json)];
        string names = string.Join('|', analysis.Arms.Select(arm => Regex.Escape(arm.Name))
            .OrderByDescending(n => n.Length));
        string verdict = Regex.Replace(analysis.Verdict, names, "");
        foreach (Match match in NumberPattern().Matches(verdict))
        {
            string text = match.Value.Replace(",", "");
            int decimals = text.Contains('.') ? text.Length - text.IndexOf('.') - 1 : 0;
            double value = Value(text);
            Assert.True(numbers.SelectMany(Forms).Any(x => Math.Abs(x - value) <= 0.5000001 * Math.Pow(10, -decimals)),
                $"{name}: {match.Value} in '{verdict}'");
        }

        static double[] Forms(double x) => [Math.Abs(x), 100 * Math.Abs(x), 100 * Math.Abs(1 - x)];
    }

    static IEnumerable<double> Numbers(JsonNode? node) => node switch
    {
        JsonObject members =>
            members.Where(m => m.Key is not ("blocks" or "study" or "recipe" or "flipped" or "confusionChange"
                or "learningCurve"))
            .SelectMany(m => Numbers(m.Value)),
        JsonArray items => items.SelectMany(Numbers).Append(items.Count),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number =>
            [value.GetValue<double>()],
        _ => [],
    };

    [GeneratedRegex(@"\d[\d,]*(\.\d+)?(?![\d,]*\d)")]
    private static partial Regex NumberPattern();

    [Fact]
    public void EveryFileSaysThatArmsAreOneConfiguration()
    {
        Dictionary<string, string> files = Files("same");
        Assert.Contains("are one configuration: ", files["report.md"]);
        Assert.Contains("| the same weights |", files["report.md"]);
        Assert.Contains("are one configuration", files["report.html"]);
        Assert.DoesNotContain("p, Holm", files["report.html"]);
        Assert.Contains(",completed,has the same weights as BASE,", files["report.csv"]);
        JsonNode json = JsonNode.Parse(files["report.json"])!["comparisons"]![0]!;
        Assert.Equal("BASE", (string?)json["sameWeightsAs"]);
        Assert.Equal(["network"], json["keysWithoutEffect"]!.AsArray().Select(key => (string?)key));
        Assert.Equal(("the same weights", null, null, null),
            ((string?)json["verdict"], json["p"], json["equivalence"], json["moreSeeds"]));
    }

    [Fact]
    public void WithoutAComparisonThereIsNoFigureOfOne()
    {
        foreach (string name in new[] { "nothing", "same" })
        {
            XElement section = XDocument.Parse(Files(name)["report.html"]).Descendants("section")
                .Single(e => (string?)e.Attribute("id") == "effects");
            Assert.Empty(section.Descendants("svg"));
            Assert.Contains("| 1 | ", Files(name)["report.md"].Split("\n## Every seed\n")[1].Split("\n## ")[0]);
        }
    }

    [Fact]
    public void NamesCannotBreakOut()
    {
        Dictionary<string, string> files = Files("hostile");
        Assert.DoesNotContain("<script", files["report.html"]);
        Assert.DoesNotContain("<img src=x", files["report.html"]);
        Assert.Contains("&lt;script&gt;", files["report.html"]);
        Assert.DoesNotContain("<script", files["report.md"].Replace("\\<", ""));
        Assert.Contains("\"'=cmd(), \"\"<b>\"\" & | co\"", files["report.csv"]);
        Assert.DoesNotContain(",=cmd", files["report.csv"]);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+x", "'+x")]
    [InlineData("-x", "'-x")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "'\\u0009x")]
    [InlineData("b\e]0;t\a\u202E", "b\\u001b]0;t\\u0007\\u202e")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("", "")]
    public void FieldsAreQuotedAndDefanged(string text, string field) => Assert.Equal(field, ReportCsv.Text(text));

    [Fact]
    public void TheCsvHasARowForEveryArmAndBlock()
    {
        string[] rows = Files("broken")["report.csv"].TrimEnd('\n').Split('\n');
        Assert.Equal(1 + 4 * 6, rows.Length);
        Assert.All(rows,
            row => Assert.Equal(rows[0].Split(',').Length, row.Split(',').Length + (row.Contains("NaN") ? -1 : 0)));
        Assert.Single(rows, row => row.Contains(",failed,\"NaN in conv1.weight, first seen at step 164\","));
        Assert.Single(rows, row => row.Contains(",missing,has not run,"));
    }

    [Fact]
    public void TheVerdictComesFirst()
    {
        foreach (string name in new[] { "two", "several" })
        {
            StudyOutcome outcome = outcomes[name];
            StudyAnalysis analysis = StudyAnalysis.Of(outcome);
            XElement body = XDocument.Parse(Files(name)["report.html"]).Root!.Element("body")!;
            XElement section = body.Descendants("section").First();
            Assert.Equal(analysis.Headline, string.Join(' ', section.Elements("p").Select(Plain).Take(2)));
            Assert.Equal(analysis.Lines, section.Descendants("li").Select(Plain));
            Assert.StartsWith($"# {outcome.Study.Question}\n", Files(name)["report.md"]);
        }
    }

    [Fact]
    public void EveryWordIsExplainedOnce()
    {
        XElement root = XDocument.Parse(Files("factorial")["report.html"]).Root!;
        string[] words = [.. root.Descendants("dt").Select(e => e.Value)];
        Assert.Equal(words.Distinct(), words);
        Assert.Contains("95 % interval", words);
        Assert.Contains("interaction", words);
        Assert.DoesNotContain("power law", words);
    }

    [Fact]
    public void PicturesOfOtherImagesAreRefused()
    {
        StudyAnalysis analysis = StudyAnalysis.Of(StudySamples.TwoArms());
        Assert.Throws<ArgumentException>(() => StudyReport.Files(analysis, Pictures().Select("few", [1, 2, 3])));
        int[] turned = [.. Enumerable.Range(1, StudySamples.Images - 1), 0];
        Assert.Throws<ArgumentException>(() => StudyReport.Files(analysis, Pictures().Select("other", turned)));
        Assert.Contains("data:image/png", Files(StudySamples.TwoArms())["report.html"]);
        Assert.DoesNotContain("data:image/png",
            Encoding.UTF8.GetString(StudyReport.Files(analysis)[0].Bytes));
    }

    /// <summary>The wide figure of a section, the caption below it.</summary>
    static (XElement Svg, string Caption) Figure(string html, string section)
    {
        XElement figure = XDocument.Parse(html).Descendants("section")
            .Single(e => (string?)e.Attribute("id") == section).Elements("figure").First();
        return (figure.Elements("div").First().Element("svg")!, Plain(figure.Element("figcaption")!));
    }

    static double Value(XElement element, string attribute) => Value(element.Attribute(attribute)!.Value);

    static string[] Texts(XElement svg) => [.. svg.Descendants("text").Select(e => e.Value)];

    [Fact]
    public void TheFitAlongAnOrderedFactorIsDrawnAndSaid()
    {
        (XElement svg, string caption) = Figure(Files("width")["report.html"], "trend0");
        Assert.Single(svg.Descendants("path"), e => e.Attribute("class")!.Value.Contains("ct-dashed"));
        Assert.Contains("parabola in log₂ width", Texts(svg));
        Assert.Contains("Test accuracy in % against width", caption);
        Assert.Contains("parabola in log₂ width fitted", caption);

        Trend trend = StudyAnalysis.Of(outcomes["width"]).Trends[0];
        Func<double, double> fit = trend.Parabola()!;
        // the normal equations of least squares: what is left of the means is orthogonal to 1, log₂ x and its square
        foreach (int power in new[] { 0, 1, 2 })
        {
            Assert.Equal(0, trend.X.Zip(trend.Arms).Sum(p =>
                Math.Pow(Math.Log2(p.First), power) * (p.Second.Mean!.Value - fit(p.First))), 9);
        }
    }

    [Theory]
    [InlineData("width")]
    [InlineData("sizes")]
    public void TheAxisOfATrendHasRoomForItsIntervals(string name)
    {
        // three seeds far apart: intervals many times as wide as the seeds are
        StudyOutcome outcome = name == "width" ? StudySamples.Width(3) : StudySamples.Sizes(3);
        StudyAnalysis analysis = StudyAnalysis.Of(outcome);
        (XElement svg, _) = Figure(Files(outcome)["report.html"], "trend0");
        Assert.Contains(analysis.Trends[0].Arms, arm => arm.Test!.Interval.High > arm.Values.Max());
        double[] view = [.. svg.Attribute("viewBox")!.Value.Split(' ').Select(v => Value(v))];
        double top = svg.Descendants("line").Where(e => e.Attribute("class")!.Value == PlotStyle.Grid)
            .Min(e => Value(e, "y1"));
        XElement[] bars = [.. svg.Elements("line").Where(e => e.Attribute("class")!.Value.Contains("ct-thick"))
            .Where(e => e.Attribute("x1")!.Value == e.Attribute("x2")!.Value)];
        Assert.Equal(analysis.Trends[0].Arms.Count(arm => arm.Test!.BearsInterval), bars.Length);
        // the longest bar is as long as its interval: none is cut
        double[] lengths = [.. bars.Select(bar => Math.Abs(Value(bar, "y1") - Value(bar, "y2")))];
        double[] widths = [.. analysis.Trends[0].Arms.Where(arm => arm.Test!.BearsInterval)
            .Select(arm => arm.Test!.Interval)
            .Select(i => name == "width" ? i.High - i.Low : Math.Log((100 - i.Low) / (100 - i.High)))];
        double perUnit = lengths[0] / widths[0];
        Assert.All(lengths.Zip(widths), p => Assert.Equal(1, p.First / p.Second / perUnit, 2));
        Assert.All(bars, bar => Assert.InRange(Value(bar, "y2"), 40, view[3]));
        Assert.True(top > 40);
    }

    [Fact]
    public void TheSizeForetoldIsMarkedAndTheCaptionSpeaksOfTheError()
    {
        (XElement svg, string caption) = Figure(Files("sizes")["report.html"], "trend0");
        double predicted = StudyAnalysis.Of(outcomes["sizes"]).Trends[0].Curve!.Hidden!.Predicted;
        Assert.Contains($"foretold: {predicted.ToString("0.####", CultureInfo.InvariantCulture)}",
            svg.Descendants("title").Select(e => e.Value));
        Assert.Contains("foretold from the others", Texts(svg));
        Assert.Contains("Error (100 − test accuracy), %, log scale", Texts(svg));
        Assert.StartsWith("Error (100 − test accuracy) in % against training images (both on a log scale)", caption);
        Assert.Contains("foretells of 60,000", caption);
    }

    [Fact]
    public void EverySectionOfTheMarkdownHasNumbersInPlaceOfItsFigures()
    {
        foreach (string name in outcomes.Keys)
        {
            string text = Files(name)["report.md"];
            string[] sections = text.Split("\n## ")[1..];
            Assert.All(sections, section =>
                Assert.False(section.TrimEnd().IndexOf('\n') < 0, $"{name}: nothing below '{section.Trim()}'"));
            Assert.All(sections.Where(s => s.StartsWith("Every seed") || s.StartsWith("While they learn")
                || s.StartsWith("Which errors change")), s => Assert.Contains("|---", s));
        }
        string two = Files("two")["report.md"];
        Assert.Contains("\n| 2 | 97.18 | 98.01 (+0.83) |\n", two);
        Assert.Contains("\n| 1 | 4.41 ± 0.23 | 3.16 ± 0.19 |\n", two);
        Assert.Contains("changes of the confusion matrix.\n\n| True class | Taken for | Images per seed |\n", two);
        Assert.Contains("| 9 (right) |", two);
        Assert.Matches(@"Gained: [\d,]+ images that BASE \+ batch norm gets right in more seeds than BASE\.", two);
    }

    [Fact]
    public void TheJsonHasTheLearningCurves()
    {
        JsonNode arm = JsonNode.Parse(Files("two")["report.json"])!["arms"]![0]!;
        JsonArray test = arm["learningCurve"]!["test"]!.AsArray();
        Assert.Equal(3, test.Count);
        Assert.Equal("error, %", (string?)arm["learningCurve"]!["quantity"]);
        Assert.Equal(3, (int)test[2]!["epoch"]!);
        Assert.Equal(5, (int)test[2]!["n"]!);
        Assert.Equal(100 - 97.35, (double)test[2]!["mean"]!, 9);
        Assert.Equal(100 - 97.55, (double)test[2]!["least"]!, 9);
        Assert.Equal(3, arm["learningCurve"]!["training"]!.AsArray().Count);
        JsonNode loss = JsonNode.Parse(Files("loss")["report.json"])!["arms"]![0]!["learningCurve"]!;
        Assert.Equal("loss", (string?)loss["quantity"]);
    }

    [Fact]
    public void CurvesThatAreLeftOutAreNamed()
    {
        string[] names = ["BASE", .. Enumerable.Range(1, 7).Select(i => $"dropout after fc{i} of the network")];
        var factor = new StudyFactor("change", [.. names.Select((name, i) =>
            new StudyLevel(name, i == 0 ? [] : [("lr", $"0.00{i}")]))]);
        StudyOutcome outcome = StudySamples.Outcome(StudySamples.Study("many", [factor], 5),
            (arm, seed) => 9700 + 10 * arm.Levels[0] + (int)seed);
        (XElement svg, string caption) = Figure(Files(outcome)["report.html"], "curves");
        Assert.EndsWith("Shown are 6 of 8 arms; left out, as nearest to the baseline: dropout after fc1 of the network "
            + "and dropout after fc2 of the network.", caption);
        string[] texts = Texts(svg);
        Assert.DoesNotContain(texts, text => text.EndsWith('…'));
        Assert.All(names.Where((_, i) => i is not (1 or 2)), name => Assert.Single(texts, text => text == name));
    }

    [Fact]
    public void AChangeThatIsShownAsZeroHasNoColour()
    {
        double[][] change = [[1.2, 0.04], [0, -0.8]];
        XElement svg = XDocument.Parse(ConfusionChangePlot.Draw(change, ["a", "b"], "t", 840).Inline()).Root!;
        XElement[] cells = [.. svg.Elements("rect").Where(e => e.Element("title") is not null)];
        Assert.Equal(cells[2].Attribute("class")!.Value, cells[1].Attribute("class")!.Value);
        Assert.DoesNotContain("0.0", Texts(svg));
    }

    [Fact]
    public void APublishedPointStandsAtItsPlaceOnTheAxis()
    {
        TrendPoint[] points =
            [.. new[] { 1, 2, 4 }.Select(x => new TrendPoint(x, [("0", 97 + x), ("1", 96 + x)], 96.5 + x, null, 95))];
        var look = new TrendLook("accuracy", "width", false, null, "", null, "the article");
        string svg = TrendPlot.Draw(points, look, "t", 840).Inline();
        double[] means = [.. XDocument.Parse(svg).Descendants("circle")
            .Where(e => (string?)e.Attribute("r") == "4.5").Select(e => Value(e, "cx"))];
        string place = means[^1].ToString(CultureInfo.InvariantCulture);
        Assert.Contains(XDocument.Parse(svg).Descendants("path"),
            e => e.Attribute("class")!.Value == PlotStyle.Stroke(3) && e.Attribute("d")!.Value.StartsWith($"M{place} "));
    }

    [Fact]
    public void TheMatrixOfChangesIsPerSeedAndItsDiagonalFramed()
    {
        double[][] change = [[7485, -1.25, 0], [-3204, 20, 1], [0, 0, -3]];
        XElement svg = XDocument.Parse(ConfusionChangePlot.Draw(change, ["a", "b", "c"], "t", 840).Inline()).Root!;
        XElement[] cells = [.. svg.Elements("rect").Where(e => e.Element("title") is not null)];
        Assert.Equal(9, cells.Length);
        Assert.All(cells, (cell, i) =>
            Assert.Equal(i % 4 == 0, cell.Attribute("class")!.Value.Contains(PlotStyle.Axis)));
        Assert.StartsWith(PlotStyle.Good, cells[0].Attribute("class")!.Value);
        Assert.StartsWith(PlotStyle.Good, cells[3].Attribute("class")!.Value);
        Assert.StartsWith(PlotStyle.Heat, cells[5].Attribute("class")!.Value);
        string[] texts = Texts(svg);
        Assert.Contains("better: more right (framed), fewer mistaken", texts);
        foreach (string text in texts.Where(text => text[0] is '+' or '−'))
            Assert.InRange(PlotText.Room(text, PlotStyle.SmallSize), 0, 44.5);

        ImageFindings images = StudyAnalysis.Of(outcomes["two"]).Main!.Images!;
        (XElement drawn, string caption) = Figure(Files("two")["report.html"], "confusion");
        Assert.Contains("mean over 5 seeds", caption);
        int first = images.Change[0][0];
        Assert.Contains($"0 right: {InWords.Signed(first / 5.0, first % 5 == 0 ? 0 : 2)}",
            drawn.Descendants("title").Select(e => e.Value));
    }

    /// <summary>Every text has the room that the widest usual font asks for.</summary>
    [Fact]
    public void LongNamesAndNumbersHaveRoom()
    {
        EffectRow[] rows =
        [
            new("BASE + batch norm, dropout after fc1", [("0", 0.4), ("1", -0.28)], 0.1, new(-0.5, 0.7, 0.95), [],
                "+46.73 (33.43 to 60.03)", "real but negligible", 2),
            new("9", [], 46.73, new(33.43, 60.03, 0.95), [], "+46.73 (33.43 to 60.03)", "better", 0),
        ];
        var axis = new EffectAxis("difference", true, null, "", "← worse", "better →", "");
        foreach (double width in new[] { 840.0, 360.0 })
        {
            foreach (EffectRow[] drawn in new[] { rows, [rows[0]], [rows[1]] })
            {
                string inline = EffectPlot.Draw(drawn, axis, "t", width).Inline();
                foreach (XElement text in XDocument.Parse(inline).Descendants("text")
                    .Where(e => e.Attribute("class")!.Value.Contains(PlotStyle.Label)))
                {
                    double room = PlotText.Room(
                        text.Value, isStrong: text.Attribute("class")!.Value.Contains("ct-strong"));
                    double left = Value(text.Attribute("x")!.Value)
                        - ((string?)text.Attribute("text-anchor") == "end" ? room : 0);
                    Assert.True(left >= -0.5 && left + room <= width + 0.5,
                        $"'{text.Value}' {left} + {room} of {width}");
                    Assert.DoesNotContain("…", text.Value);
                }
                Assert.DoesNotContain("-0", string.Concat(XDocument.Parse(inline).Descendants("title").Select(
                    e => e.Value)));
            }
        }
    }

    [Fact]
    public void OnAPhoneNoLineRunsThroughNamesAndNumbers()
    {
        XElement svg = XDocument.Parse(Text(StudyAnalysis.Of(StudySamples.Several()), StudyReport.Html))
            .Descendants("section").Single(e => (string?)e.Attribute("id") == "effects")
            .Descendants("div").Single(e => (string?)e.Attribute("class") == "narrow").Element("svg")!;
        (double From, double To)[] lines = [.. svg.Elements("line").Where(line => Is(line, "x1") == Is(line, "x2"))
            .Select(line => (Is(line, "y1"), Is(line, "y2")))];
        double[] texts = [.. svg.Elements("text")
            .Where(text => text.Attribute("class")!.Value.Contains(PlotStyle.Label)).Select(text => Is(text, "y"))];
        Assert.NotEmpty(lines);
        Assert.NotEmpty(texts);
        Assert.All(texts, y => Assert.DoesNotContain(lines, line => line.From < y + 4 && line.To > y - 9));

        static double Is(XElement element, string name) => Value(element.Attribute(name)!.Value);
    }

    [Theory]
    [InlineData("points")]
    [InlineData("single")]
    public void OnlyWordsThatOccurAreExplained(string name)
    {
        XElement root = XDocument.Parse(Files(name)["report.html"]).Root!;
        string[] words = [.. root.Descendants("dt").Select(e => e.Value)];
        Assert.DoesNotContain("p", words);
        Assert.DoesNotContain("95 % interval", words);
        Assert.Contains("seed", words);
        Assert.DoesNotContain("interval", Plain(root.Element("body")!), StringComparison.Ordinal);
    }

    [Fact]
    public void NoArmLooksBetterOrWorseByItsColourWhileThereAreOthers()
    {
        int[] verdicts = [ReportStyle.SeriesOf("better"), ReportStyle.SeriesOf("worse")];
        Assert.All(new[] { 0, 1, 2, 3 }, arm => Assert.DoesNotContain(PlotStyle.OfArm(arm), verdicts));
        Assert.Equal(6, Enumerable.Range(0, 6).Select(PlotStyle.OfArm).Distinct().Count());
    }

    [Fact]
    public void TextsOfTablesWrapAndWideTablesShowThatTheyScroll()
    {
        string sheet = ReportStyle.Sheet();
        Assert.Contains("td.text{white-space:normal", sheet);
        Assert.Contains("no-repeat local", sheet);
    }
}
