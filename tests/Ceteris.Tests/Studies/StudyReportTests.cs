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
                new Dictionary<string, double> { ["BASE"] = 97.32, ["BASE + batch norm"] = 98.17 },
                new Dictionary<string, VerdictKind> { ["BASE + batch norm"] = VerdictKind.Better }, "one run"),
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
            members.Where(m => m.Key is not ("blocks" or "study" or "recipe" or "flipped" or "confusionChange"))
            .SelectMany(m => Numbers(m.Value)),
        JsonArray items => items.SelectMany(Numbers).Append(items.Count),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number =>
            [value.GetValue<double>()],
        _ => [],
    };

    [GeneratedRegex(@"\d[\d,]*(\.\d+)?(?![\d,]*\d)")]
    private static partial Regex NumberPattern();

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
    [InlineData("\tx", "'\tx")]
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
            Assert.Equal(analysis.Headline, string.Join(' ', section.Elements("p").Select(p => p.Value).Take(2)));
            Assert.Equal(analysis.Lines, section.Descendants("li").Select(li => li.Value));
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
}
