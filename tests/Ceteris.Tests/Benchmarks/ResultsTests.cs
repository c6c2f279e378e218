using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ceteris.Benchmarks;

namespace Ceteris.Tests;

/// <summary>What was measured survives its file, and the page says what the file says.</summary>
public sealed class ResultsTests
{
    static readonly Stamp stamp = new("2026-01-02", "1.0", ".NET");

    static readonly Results results = new(new Machine("A | B (R) 9", 2, "AVX-512", "Linux"))
    {
        Limits = new(stamp, [new(512, 1, 150.4), new(512, 2, 300)],
            [.. Enum.GetValues<Access>().Select(a => new BandwidthRow("L1", 24576, a, 1, 200))]),
        Comparison = new(
            stamp, new("3", "2", "1", "AVX2", ["/lib/libopenblas.so"]), 2, 0.5,
            [
                new("base", "BASE", Phase.Train, 64, 2, Take("Ceteris", 0.004, 0.005),
                    [Take("fast", 0.012, 0.015), Take("ordinary", 0.02, 0.03)], 1, 300, 0,
                    1_000_000, 900_000, 2_000_000, 3_000_000, 3),
                new("base", "BASE", Phase.Evaluate, 64, 2, Take("Ceteris", 1.5, 1.5),
                    [Take("fast", 2, 2), Take("ordinary", 2, 2)], 1, 300, 0, 1, 1, 1, 1, 2),
            ],
            ["SK: it broke"]),
        TimeToAccuracy = new(stamp, new("base", 1, 64, 0.1, 0.9),
            [new(0, new(0.5, [new(2, 0.98), new(4, 0.991)]), new(2, [new(9, 0.9899)]))]),
        Startup = new(stamp,
            [new("ceteris --help", "end", [0.1, 0.3, 0.2], null), new("ceteris train", "first step", [0.4], 1)]),
        Scaling = new(stamp, 2, 0.2, [new("Threads", "BASE, 64",
        [
            new(Take("1 thread", 0.02, 0.02), 1, 64, 5, null, false, null, null),
            new(Take("2 threads", 0.01, 0.01), 1, 64, 5, "1 thread", false, 1.8, null),
        ])]),
        Studies = new(stamp, 4, 5, [new(20, 20.2, 10.1, 0.25), new(20, 20.3, 11, 0.25), new(20, 21, 12, 0.25)]),
        Kernels = new(stamp, 150, [new("Convolution.Forward", "3×3", new(1e-3, 9e-4, 2e-3), 1.2e8, "FLOP")]),
    };

    [Fact]
    public void TheFileHoldsEverythingMeasured()
    {
        string text = JsonText.Of(results), page = results.ToMarkdown();
        Results read = JsonText.Parse<Results>(text);
        Assert.Equal(text, JsonText.Of(read));
        Assert.Equal(page, read.ToMarkdown());
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 170, line));
        Assert.DoesNotContain("isNoisy", text);
    }

    [Fact]
    public void AFileThatIsNoneIsAnError() => Assert.Throws<JsonException>(() => JsonText.Parse<Results>("null"));

    [Theory]
    [InlineData("copies")]
    [InlineData("units")]
    [InlineData("accuracy")]
    [InlineData("gigaflopsPerSecond")]
    public void AFileThatLacksAFigureIsAnError(string figure)
    {
        string whole = JsonText.Of(results);
        string lacking = Regex.Replace(whole, $"\"{figure}\": ?[0-9.]+,", "", RegexOptions.CultureInvariant)
            .Replace($",\"{figure}\":", ",\"other\":", StringComparison.Ordinal);
        Assert.NotEqual(whole, lacking);
        Assert.Throws<JsonException>(() => JsonText.Parse<Results>(lacking));
    }

    [Fact]
    public void ThePageSaysWhatWasMeasured()
    {
        string page = results.ToMarkdown();
        Assert.Contains("| BASE, 64 | 2 | 4.50 ms | 13.5 ms | **3.00×** [3.00..3.00] | 3.0× ✓ | 5.50× | 14,222 "
            + "| 222 (74 % of peak) |", page);
        Assert.Contains("| BASE, 64 | 2 | 1.50 s | 2.00 s | **1.33×** [1.33..1.33] | 2.0× |", page);
        Assert.Contains("**Failed**: SK: it broke", page);
        Assert.Contains("| 0 | **4.0 s** (first step after 0.5 s; 99.10 % in the end) "
            + "| not reached: 98.99 % after 9.0 s |", page);
        Assert.DoesNotContain("where both arrive", page);
        Assert.Contains("| ceteris --help | end | 200 ms [100 ms..300 ms] |  |", page);
        Assert.Contains("| ceteris train | first step | 400 ms [400 ms..400 ms] | 1.00 s ✓ |", page);
        Assert.Contains("| BASE, 64 | 2 threads | 10.0 ms | 6,400 | 2.00× [2.00..2.00] against 1 thread "
            + "| at least 1.80× ✓ |", page);
        Assert.Contains("| overhead of the study | 1.5 % [1.0..5.0] | at most 2 % ✓ |", page);
        Assert.Contains("| throughput of two at a time | 1.85× [1.75..2.00] | at least 1.8× ✓ |", page);
        Assert.Contains("| vectors of 512 bits | 150 | 300 |", page);
        Assert.Contains("| L1 | 1 | 24.6 kB | 200 | 200 | 200 | 200 |", page);
        Assert.Contains("| Convolution.Forward | 3×3 | 1.00 ms [900 µs..2.00 ms] | 120 GFLOP/s (80 % of peak) |", page);
    }

    [Fact]
    public void EveryPublishedPageIsThatOfItsFigures()
    {
        string[] files = Directory.GetFiles(Results.Folder(), "*.json");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Results published = JsonText.Parse<Results>(File.ReadAllText(file));
            Assert.Equal(File.ReadAllText(Path.ChangeExtension(file, ".md")), published.ToMarkdown());
            Assert.Equal(Path.GetFileNameWithoutExtension(file), published.Machine.Slug());
        }
    }

    [Fact]
    public void APartThatWasNotMeasuredIsNotOnThePage()
    {
        string page = (results with { Comparison = null, Kernels = null }).ToMarkdown();
        Assert.DoesNotContain("PyTorch, faster", page);
        Assert.DoesNotContain("## Beside PyTorch", page);
        Assert.DoesNotContain("## Kernels", page);
        Assert.Contains("## Scaling", page);
    }

    [Fact]
    public void PagesDoNotDependOnTheCulture()
    {
        string page = results.ToMarkdown();
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = new() { NumberDecimalSeparator = ";" } };
            Assert.Equal(page, results.ToMarkdown());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void EveryTableHasAsManyCellsAsTitles()
    {
        int? columns = null;
        foreach (string line in results.ToMarkdown().Split('\n'))
        {
            if (!line.StartsWith('|'))
                columns = null;
            else if (line.StartsWith("|---", StringComparison.Ordinal))
                Assert.Equal(columns, Cells(line));
            else
                Assert.Equal(columns ??= Cells(line), Cells(line));
        }

        static int Cells(string line) => line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|');
    }

    [Theory]
    [InlineData(12.34, "12.3 s")]
    [InlineData(0.01234, "12.3 ms")]
    [InlineData(0.001, "1.00 ms")]
    [InlineData(0.000123, "123 µs")]
    public void TimesHaveThreeDigits(double seconds, string text) => Assert.Equal(text, Quantity.Seconds(seconds));

    [Fact]
    public void AMachineIsAFileName() => Assert.Equal("a-b-9-2-cores", results.Machine.Slug());

    [Fact]
    public void ACellCannotBreakItsTable() =>
        Assert.Contains("| a\\|b c |", MarkdownTable.Of(["a|b\nc"], [("", (string text) => $"{text}")]));

    static Measured Take(string name, params double[] seconds) =>
        new(name, [.. seconds.Select(s => new Sample(s, 1, 1, 0))]);
}
