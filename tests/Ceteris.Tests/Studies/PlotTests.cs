using System.Globalization;
using System.Xml.Linq;

using Ceteris.Kernels;
using Ceteris.Studies;

namespace Ceteris.Tests;

public class PlotTests
{
    /// <summary>Curves as a run gives them: an exponential approach with noise.</summary>
    static MetricRow[] Rows(int epochs, ulong seed = 1, double floor = 0.02, double first = 0.6)
    {
        var stream = new RandomStream(StreamKey.For(seed, "plot"));
        return
        [
            .. Enumerable.Range(1, epochs).Select(e =>
            {
                double fall = first * Math.Exp(-e / 2.2) + 0.25 * Math.Exp(-e / 12.0);
                double train = fall + 0.004, test = fall * 0.8 + floor + 0.01 * stream.NextDouble();
                return new MetricRow(e, e * 100, 0.01, train, 1 - 0.3 * train, test,
                    1 - 0.28 * test - 0.004 * stream.NextDouble(), 1000, e);
            }),
        ];
    }

    static int[][] Matrix(int classes, int perClass, ulong seed)
    {
        var stream = new RandomStream(StreamKey.For(seed, "plot"));
        int[][] matrix = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        for (int i = 0; i < classes; i++)
        {
            int errors = stream.Next(Math.Max(1, perClass / 20)) + 2;
            matrix[i][i] = perClass - errors;
            for (int e = 0; e < errors; e++)
            {
                double u = stream.NextDouble();
                matrix[i][(i + 1 + (int)((classes - 1) * u * u * u)) % classes]++;
            }
        }
        return matrix;
    }

    static string[] Digits(int classes) =>
        [.. Enumerable.Range(0, classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    static readonly string[] Fashion =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    static Dictionary<string, string> All() => new()
    {
        ["curves-20"] = CurvesPlot.Draw(Rows(20), "BASE on digits",
            "10,000 images, batch 64, SGD 0.01, momentum 0.5, seed 0"),
        ["curves-1"] = CurvesPlot.Draw(Rows(1), "BASE on digits", "one epoch"),
        ["curves-2"] = CurvesPlot.Draw(Rows(2), "BASE on digits", "two epochs"),
        ["curves-5"] = CurvesPlot.Draw(Rows(5), "SK on MNIST", "five epochs"),
        ["curves-500"] = CurvesPlot.Draw(Rows(500), "BASE on digits", "500 epochs"),
        ["curves-validated"] = CurvesPlot.Draw(
            [
                .. Rows(20).Select(row => row with
                {
                    ValidationLoss = row.TestLoss + 0.001, ValidationAccuracy = row.TestAccuracy - 0.001,
                }),
            ], "BASE on digits", "with a validation split"),
        ["curves-0"] = CurvesPlot.Draw([], "BASE on digits", "nothing yet"),
        ["curves-chance"] = CurvesPlot.Draw(
            [.. Rows(20).Select(row =>
                row with { TrainAccuracy = 0.1, TestAccuracy = 0.1, TrainLoss = 2.3, TestLoss = 2.3 })],
            "A <dead> network & co", "everything at chance"),
        ["curves-perfect"] = CurvesPlot.Draw(
            [.. Rows(40).Select(row =>
                row with { TrainAccuracy = row.Epoch > 3 ? 1 : 0.2, TrainLoss = Math.Pow(10, -row.Epoch / 6.0) })],
            "Overfitted", "training accuracy 100 %"),
        ["curves-holes"] = CurvesPlot.Draw(
            [
                .. Rows(20).Select(row => row.Epoch % 5 == 0
                    ? row with { TrainLoss = double.NaN } : row with { TestLoss = null, TestAccuracy = null }),
            ],
            "Evaluated every fifth epoch", "and some losses are NaN"),
        ["confusion-10"] = ConfusionPlot.Draw(Matrix(10, 1000, 1), Digits(10), "BASE on digits",
            "20 epochs, 10,000 test images, seed 0"),
        ["confusion-fashion"] = ConfusionPlot.Draw(Matrix(10, 1000, 3), Fashion, "SK on Fashion-MNIST", "20 epochs"),
        ["confusion-2"] = ConfusionPlot.Draw([[5, 0], [0, 7]], ["cat", "dog"], "Two classes", "no error at all"),
        ["confusion-1"] = ConfusionPlot.Draw([[0]], ["x"], "One class", "and no image"),
        ["confusion-26"] = ConfusionPlot.Draw(
            Matrix(26, 800, 4), [.. Enumerable.Range(0, 26).Select(i => ((char)('A' + i)).ToString())], "Letters",
            "26 classes"),
        ["confusion-100"] = ConfusionPlot.Draw(Matrix(100, 100, 5), Digits(100), "CIFAR-100", "100 classes"),
    };

    [Fact]
    public void EveryFigureIsWellFormedDescribedAndSelfContained()
    {
        string? folder = Environment.GetEnvironmentVariable("CETERIS_PLOT_DIR");
        foreach ((string name, string text) in All())
        {
            if (folder is not null)
                File.WriteAllText(Path.Combine(folder, name + ".svg"), text);
            XElement root = XDocument.Parse(text).Root!;
            XNamespace svg = "http://www.w3.org/2000/svg";
            Assert.Equal(svg + "svg", root.Name);
            Assert.Equal(["title", "desc", "style"], root.Elements().Take(3).Select(e => e.Name.LocalName));
            Assert.All(root.Elements().Take(3), e => Assert.NotEqual("", e.Value));
            Assert.DoesNotContain(
                root.DescendantsAndSelf().Attributes().Select(a => a.Name.LocalName),
                attribute => attribute is "id" or "href" || attribute.StartsWith("on"));
            Assert.DoesNotContain("NaN", text.Replace("losses are NaN", ""));
            Assert.DoesNotContain('\r', text);
            Assert.EndsWith("</svg>\n", text);
        }
    }

    [Fact]
    public void EverythingIsDrawnInsideTheFigure()
    {
        foreach ((string name, string text) in All())
        {
            XElement root = XDocument.Parse(text).Root!;
            double width = Value(root, "width"), height = Value(root, "height");
            XNamespace svg = "http://www.w3.org/2000/svg";
            foreach (XElement e in root.Elements(svg + "text").Where(e => e.Attribute("transform") is null))
            {
                string style = e.Attribute("class")!.Value;
                double reach = style.Contains("heading")
                    ? PlotStyle.HeadingWidth(e.Value)
                    : 0.97 * PlotStyle.TextWidth(
                        e.Value, style.Contains("small") ? PlotStyle.SmallSize : PlotStyle.LabelSize);
                string? anchor = (string?)e.Attribute("text-anchor");
                double left = Value(e, "x") - anchor switch { "end" => reach, "middle" => reach / 2, _ => 0 };
                Assert.True(left >= 0 && left + reach <= width, $"{name}: '{e.Value}' at {left} of {width}");
                Assert.InRange(Value(e, "y"), 10, height - 2);
            }
            foreach (XElement e in root.Elements(svg + "rect").Skip(1))
            {
                Assert.InRange(Value(e, "x"), 0, width - Value(e, "width"));
                Assert.InRange(Value(e, "y"), 0, height - Value(e, "height"));
            }
        }
    }

    static double Value(XElement e, string name) =>
        double.Parse(e.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    [Fact]
    public void AnotherCultureDrawsTheSameBytes()
    {
        Dictionary<string, string> expected = All();
        using var culture = new CultureSwitch();
        Assert.Equal(expected, All());
    }

    [Fact]
    public void CurvesSayTheirLastValues()
    {
        MetricRow[] rows = Rows(20);
        string[] texts = Texts(CurvesPlot.Draw(rows, "t", "s"));
        Assert.Contains($"train {100 * rows[^1].TrainAccuracy:0.00}", texts);
        Assert.Contains($"test {100 * rows[^1].TestAccuracy:0.00}", texts);
        Assert.Contains("1", texts);
        Assert.Contains("20", texts);
    }

    [Fact]
    public void ValidationImagesHaveACurveOfTheirOwn()
    {
        MetricRow[] rows = [.. Rows(20).Select(row => row with { ValidationLoss = 0.25, ValidationAccuracy = 0.9375 })];
        string svg = CurvesPlot.Draw(rows, "t", "s");
        Assert.Contains("validation 93.75", Texts(svg));
        Assert.Contains("validation 0.250", Texts(svg));
        Assert.Contains("validation, epoch 7: 93.75", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("validation", CurvesPlot.Draw(Rows(20), "t", "s"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheZoomShowsTheSettledPartAndSaysWhatItLeavesOut()
    {
        MetricRow[] rows =
        [
            .. Rows(50).Select(row => row with
            {
                TrainAccuracy = 0.99, TestAccuracy = row.Epoch == 1 ? 0.1234 : 0.98 + 1e-5 * row.Epoch,
            }),
        ];
        Assert.Contains("▾ epoch 1 lies below: 12.34", Texts(CurvesPlot.Draw(rows, "t", "s")));
        Assert.DoesNotContain(Texts(CurvesPlot.Draw(Rows(4), "t", "s")), text => text.Contains("▾"));
    }

    [Fact]
    public void TheZoomTellsTheLowestOfSeveralCurves()
    {
        MetricRow[] rows =
        [
            .. Rows(50).Select(row => row with
            {
                TrainAccuracy = row.Epoch == 1 ? 0.5678 : 0.99, TestAccuracy = row.Epoch == 1 ? 0.1234 : 0.98,
            }),
        ];
        Assert.Contains("▾ epoch 1 lies below: 12.34", Texts(CurvesPlot.Draw(rows, "t", "s")));
    }

    /// <summary>Ticks begin inside the figure, whatever the losses.</summary>
    [Theory]
    [InlineData(4.13e31, 3.6753542627e10, "train 4.130E+31", "test 3.675E+10")]
    [InlineData(4.13e31, 4.1300001e31, "train 4.130E+31", "test 4.130E+31")]
    [InlineData(12345, 12346, "train 1.235E+4", "test 1.235E+4")]
    [InlineData(3e-9, 2.5e-9, "train 3.000E−9", "test 2.500E−9")]
    public void GreatAndSmallLossesAreWrittenInPowersOfTen(double train, double test, params string[] labels)
    {
        MetricRow[] rows = [.. Rows(5).Select(row => row with { TrainLoss = train * row.Epoch / 5, TestLoss = test })];
        string svg = CurvesPlot.Draw(rows, "t", "s");
        foreach (string label in labels)
            Assert.Contains(label, Texts(svg));
        foreach (XElement text in XDocument.Parse(svg).Descendants().Where(e => e.Name.LocalName == "text"))
        {
            double x = double.Parse(text.Attribute("x")!.Value, CultureInfo.InvariantCulture);
            if (text.Attribute("text-anchor")?.Value == "end")
                Assert.InRange(x - PlotStyle.TextWidth(text.Value, PlotStyle.SmallSize), 0, 940);
        }
    }

    static string[] Texts(string svg) =>
        [.. XDocument.Parse(svg).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    [Fact]
    public void TheConfusionMatrixCountsRight()
    {
        string text = ConfusionPlot.Draw([[90, 8, 2], [0, 50, 0], [1, 0, 9]], ["a", "b", "c"], "t", "s");
        string[] texts = Texts(text);
        Assert.Contains("t: 93.1 % correct, 11 of 160 images wrong", texts);
        string[] recalls = ["90.0", "100", "90.0"], precisions = ["98.9", "86.2", "81.8"];
        Assert.Equal(recalls, texts.Where(t => recalls.Contains(t)));
        Assert.Equal(precisions, texts.Where(t => precisions.Contains(t)));
        Assert.Contains("Most frequent: a taken for b (8), a taken for c (2), c taken for a (1).", text);
        Assert.DoesNotContain("0", texts);
    }

    [Fact]
    public void NearlyAllIsNotAll() =>
        Assert.Contains("t: 99.9 % correct, 1 of 10,000 images wrong",
            Texts(ConfusionPlot.Draw([[9999, 1], [0, 0]], ["a", "b"], "t", "s")));

    [Fact]
    public void NamesCannotBreakOut()
    {
        string text = ConfusionPlot.Draw([[1]], ["<script>alert(1)</script>\0\u001b"], "</title>&\"'", "\ud800");
        Assert.DoesNotContain("<script", text);
        Assert.Contains("<script>alert(1)</script>\uFFFD\uFFFD", Texts(text));
    }

    [Fact]
    public void BadMatricesAreRefused()
    {
        Assert.Throws<ArgumentException>(() => ConfusionPlot.Draw([], [], "t", "s"));
        Assert.Throws<ArgumentException>(() => ConfusionPlot.Draw([[1, 2]], ["a"], "t", "s"));
        Assert.Throws<ArgumentException>(() => ConfusionPlot.Draw([[1]], ["a", "b"], "t", "s"));
    }

    [Fact]
    public void ColoursHaveContrastInLightAndDark()
    {
        Assert.Equal(21, Contrast("#ffffff", "#000000"), 2);
        var colours = PlotStyle.Colours.ToDictionary(c => c.Class, c => new[] { c.Light, c.Dark });
        for (int theme = 0; theme < 2; theme++)
        {
            string paper = colours[PlotStyle.Paper][theme];
            Assert.InRange(Contrast(colours[PlotStyle.Ink][theme], paper), 12, 21);
            Assert.InRange(Contrast(colours[PlotStyle.Soft][theme], paper), 4.5, 21);
            Assert.InRange(Contrast(colours[PlotStyle.Soft][theme], colours[PlotStyle.Neutral][theme]), 4.5, 21);
            foreach ((string Light, string Dark) series in PlotStyle.Series)
                Assert.InRange(Contrast(theme == 0 ? series.Light : series.Dark, paper), 4.5, 21);
            // the count in the cell, at every strength of its colour
            for (int count = 1; count <= 100; count++)
            {
                string cell = Mix(colours[PlotStyle.Heat][theme], paper, ConfusionPlot.HeatOpacity(count, 100));
                Assert.InRange(Contrast(colours[PlotStyle.Ink][theme], cell), 4.5, 21);
            }
        }
    }

    static int[] Channels(string colour) =>
        [.. new[] { 1, 3, 5 }.Select(i => Convert.ToInt32(colour.Substring(i, 2), 16))];

    static string Mix(string over, string under, double opacity) => "#" + string.Concat(
        Channels(over).Zip(Channels(under))
            .Select(c => ((int)Math.Round(c.First * opacity + c.Second * (1 - opacity))).ToString("x2")));

    // WCAG 2.2, relative luminance
    static double Contrast(string a, string b)
    {
        double[] luminances = [.. new[] { a, b }.Select(colour =>
        {
            double[] c = [.. Channels(colour)
                .Select(v => v / 255.0 <= 0.04045 ? v / 255.0 / 12.92 : Math.Pow((v / 255.0 + 0.055) / 1.055, 2.4))];
            return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
        })];
        return (luminances.Max() + 0.05) / (luminances.Min() + 0.05);
    }

    [Theory]
    [InlineData(0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(96.3, 100, 6, "97 98 99 100")]
    [InlineData(0, 0.0123, 5, "0.0000 0.0025 0.0050 0.0075 0.0100")]
    [InlineData(-1, 1, 4, "−1.0 −0.5 0.0 0.5 1.0")]
    [InlineData(0, 12345, 5, "0 2,500 5,000 7,500 10,000")]
    public void TicksAreRound(double low, double high, int count, string expected) =>
        Assert.Equal(expected.Split(' '), new Scale(low, high, 0, 1).Ticks(count).Select(tick => tick.Label));

    [Theory]
    [InlineData(0.01, 2.4, 6)]
    [InlineData(1e-9, 3, 6)]
    [InlineData(0.9, 8, 6)]
    [InlineData(0.031, 0.3, 6)]
    public void LogarithmicTicksAreFewAndInside(double low, double high, int count)
    {
        var scale = new Scale(low, high, 100, 0, Logarithmic: true);
        IReadOnlyList<Tick> ticks = scale.Ticks(count);
        Assert.InRange(ticks.Count, 2, count);
        Assert.All(ticks, tick => Assert.InRange(scale[tick.Value], -1e-9, 100 + 1e-9));
        Assert.Equal(ticks.Count, ticks.Select(tick => tick.Label).Distinct().Count());
    }

    [Fact]
    public void LabelsAreMovedApartAndStayInOrder()
    {
        double[] places = [10, 12, 13, 80];
        Panel.SpreadOut(places, 17, 0, 100);
        Assert.Equal(80, places[3]);
        for (int i = 1; i < places.Length; i++)
            Assert.True(places[i] - places[i - 1] >= 17 - 1e-9);
        Assert.All(places, place => Assert.InRange(place, 0, 100));
        double[] apart = [10, 50];
        Panel.SpreadOut(apart, 17, 0, 100);
        Assert.Equal([10, 50], apart);
        double[] crowded = [99, 100, 100];
        Panel.SpreadOut(crowded, 17, 0, 100);
        Assert.Equal(100, crowded[2], 9);
    }
}
