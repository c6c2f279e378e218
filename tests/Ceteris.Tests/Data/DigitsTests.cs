using Ceteris.Data;

namespace Ceteris.Tests;

public sealed class DigitsTests : IDisposable
{
    static readonly Lazy<ImageSplits> Made = new(() => new Digits().Make());

    readonly TestImages.Folder folder = new();
    readonly List<string> notices = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AreTheSameBytesEverywhere()
    {
        Assert.Equal(Digits.TrainSha256, Made.Value.Train.Sha256);
        Assert.Equal(Digits.TestSha256, Made.Value.Test.Sha256);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void DoNotDependOnTheNumberOfThreads(int threads)
    {
        ImageSet few = DigitSet.Make("test", 10_000, new Digits().Classes, threads);
        Assert.Equal(Digits.TestSha256, few.Sha256);
    }

    [Fact]
    public void AreBalancedAndAsMuchInkAsMnist()
    {
        Assert.All(Made.Value.Train.Statistics.ClassCounts, count => Assert.Equal(6000, count));
        Assert.All(Made.Value.Test.Statistics.ClassCounts, count => Assert.Equal(1000, count));
        Assert.Equal(0.1307, Made.Value.Train.Statistics.Mean[0], 0.01);
        Assert.Equal(0.3081, Made.Value.Train.Statistics.StandardDeviation[0], 0.01);
    }

    [Fact]
    public void EachIsCentredWithinTheBoxAndNoTwoAreTheSame()
    {
        var seen = new HashSet<string>();
        ImageSet test = Made.Value.Test;
        for (int i = 0; i < test.Count; i++)
        {
            ReadOnlySpan<byte> pixels = test.Pixels(i);
            (double mass, double x, double y) = (0, 0, 0);
            (int left, int right, int top, int bottom) = (28, 0, 28, 0);
            for (int p = 0; p < 784; p++)
            {
                if (pixels[p] == 0)
                    continue;
                (mass, x, y) = (mass + pixels[p], x + pixels[p] * (p % 28 + 0.5), y + pixels[p] * (p / 28 + 0.5));
                (left, right) = (Math.Min(left, p % 28), Math.Max(right, p % 28));
                (top, bottom) = (Math.Min(top, p / 28), Math.Max(bottom, p / 28));
            }
            Assert.InRange(x / mass, 12, 16);
            Assert.InRange(y / mass, 12, 16);
            Assert.InRange(Math.Max(right - left, bottom - top) + 1, 18, 24);
            Assert.True(seen.Add(Convert.ToHexString(pixels)));
        }
    }

    [Fact]
    public void AreKeptAndReadAgain()
    {
        Load();
        Assert.Contains(notices, notice => notice.Contains("drawing 70,000 digits", StringComparison.Ordinal));
        notices.Clear();
        Load();
        Assert.Empty(notices);
    }

    [Fact]
    public void TheirSourceIsTheCachedFileWhetherReadOrMade()
    {
        Assert.Equal([Digits.CacheFile], Made.Value.Train.Sources);
        Load();
        ImageSplits read = DigitsFile.Read(CacheFile(), new Digits());
        Assert.Equal([Digits.CacheFile], read.Test.Sources);
        Assert.Equal(Digits.CacheFile, SourceFile.Read("digits", CacheFile(), int.MaxValue).Source);
        Assert.Equal(CacheFile(), folder.AsGiven.Find(Digits.CacheFile.Name));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("short")]
    [InlineData("older")]
    [InlineData("label")]
    public void ADamagedOrOlderCacheIsMadeAnewAndThatIsSaid(string fault)
    {
        DigitsFile.Write(CacheFile(), Made.Value);
        byte[] bytes = File.ReadAllBytes(CacheFile());
        switch (fault)
        {
            case "damaged":
                bytes[1_000_000] ^= 1;
                break;
            case "short":
                bytes = bytes[..^1];
                break;
            case "older":
                bytes[15]--;
                break;
            default:
                bytes[^1] = 77;
                break;
        }
        File.WriteAllBytes(CacheFile(), bytes);
        Load();
        Assert.Contains(notices, notice => notice.Contains("digits.bin", StringComparison.Ordinal)
            && notice.Contains("anew", StringComparison.Ordinal));
        notices.Clear();
        Load();
        Assert.Empty(notices);
    }

    [Fact]
    public void WhatAKilledWriterLeftIsCleared()
    {
        string old = $"{CacheFile()}.77.tmp", young = $"{CacheFile()}.78.tmp";
        File.WriteAllText(old, "");
        File.WriteAllText(young, "");
        File.SetLastWriteTimeUtc(old, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Load();
        Assert.Equal([CacheFile(), young], Directory.GetFiles(Path.GetDirectoryName(young)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ACacheThatCannotBeWrittenCostsOnlyTime()
    {
        // A file where the folder should be: also the superuser cannot write there.
        File.WriteAllText(folder["cache"], "");
        Load();
        Assert.Equal(
            $"the digits could not be kept in '{folder.AsGiven.CacheOf("digits")}' for the next time: "
                + $"'{folder["cache"]}' is a file, not a folder; XDG_CACHE_HOME names another cache",
            notices[^1]);
    }

    string CacheFile()
    {
        Directory.CreateDirectory(folder.AsGiven.CacheOf("digits"));
        return Path.Combine(folder.AsGiven.CacheOf("digits"), "digits.bin");
    }

    void Load() =>
        Assert.Equal(Digits.TrainSha256, new Digits().Load(folder.AsGiven, notices.Add, () => Made.Value).Train.Sha256);
}
