using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

using Ceteris.Studies;

namespace Ceteris.Tests;

public class RunCertificateTests
{
    static RunCertificate Parse(string json) => RunCertificate.Parse(Encoding.UTF8.GetBytes(json), "run.json");

    static string Text(RunCertificate certificate) => Encoding.UTF8.GetString(certificate.ToBytes());

    [Fact]
    public void RoundTrip()
    {
        foreach (RunCertificate certificate in new[]
        {
            StorageSamples.Certificate(), StorageSamples.Certificate(0), StorageSamples.Certificate(200),
            StorageSamples.Certificate() with { Status = new(RunState.Failed, 31, "conv1: NaN"), Result = null },
            StorageSamples.Certificate() with { Status = new(RunState.Interrupted, 31), Result = null },
        })
        {
            byte[] bytes = certificate.ToBytes();
            RunCertificate read = RunCertificate.Parse(bytes, "run.json");
            Assert.Equal(bytes, read.ToBytes());
            Assert.Equal(certificate.Epochs, read.Epochs);
            Assert.Equal(certificate.Status, read.Status);
            Assert.Equal(certificate.IdentitySha256, read.IdentitySha256);
            Assert.Equal((byte)'\n', bytes[^1]);
            Assert.NotEqual(0xEF, bytes[0]);
            Assert.DoesNotContain((byte)'\r', bytes);
        }
    }

    [Fact]
    public void CircumstancesAreOutsideTheIdentity()
    {
        RunCertificate a = StorageSamples.Certificate();
        RunCertificate b = a with
        {
            Engine = new("9.9", "abc", "11.0"),
            Environment = a.Environment with { Threads = 64, Seconds = 1, Processor = "Y", Interruptions = 7 },
            Data = a.Data with { Files = [] },
        };
        Assert.Equal(a.IdentitySha256, b.IdentitySha256);
        Assert.Equal(a.RunId, b.RunId);
        Assert.NotEqual(a.ToBytes(), b.ToBytes());
    }

    [Fact]
    public void WhatMakesARunChangesItsId()
    {
        RunCertificate a = StorageSamples.Certificate(0);
        JsonObject other = (JsonObject)a.Recipe.DeepClone();
        other["lr"] = 0.02f;
        string[] ids =
        [
            a.RunId, (a with { Recipe = other }).RunId, (a with { NumericsVersion = 8 }).RunId,
            (a with { Data = a.Data with { DecodedSha256 = Sha256Text.Of("x") } }).RunId,
            (a with { Data = a.Data with { SubsetSha256 = Sha256Text.Of("x") } }).RunId,
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void TheOrderOfTheRecipesKeysDoesNotMatter()
    {
        RunCertificate a = StorageSamples.Certificate(0);
        var reversed = new JsonObject(a.Recipe.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
        Assert.Equal(a.RunId, (a with { Recipe = reversed }).RunId);
    }

    [Fact]
    public void AnotherCultureWritesTheSameBytes()
    {
        byte[] expected = StorageSamples.Certificate().ToBytes();
        byte[] metrics = MetricsCsv.ToBytes(StorageSamples.Checkpoint(1).Metrics);
        using var culture = new CultureSwitch();
        Assert.Equal("1,5", 1.5.ToString(CultureInfo.CurrentCulture));
        Assert.Equal(expected, StorageSamples.Certificate().ToBytes());
        Assert.Equal(expected, RunCertificate.Parse(expected, "x").ToBytes());
        Assert.Equal(metrics, MetricsCsv.ToBytes(StorageSamples.Checkpoint(1).Metrics));
        Assert.Equal(metrics, MetricsCsv.ToBytes(MetricsCsv.Parse(metrics, "x")));
    }

    [Fact]
    public void EveryEditOfTheIdentityIsNoticed()
    {
        string good = Text(StorageSamples.Certificate());
        int identity = good.IndexOf("\"identity\"", StringComparison.Ordinal);
        int end = good.IndexOf("\"information\"", StringComparison.Ordinal);
        int tried = 0;
        for (int i = identity; i < end; i++)
        {
            if (!char.IsAsciiLetterOrDigit(good[i]))
                continue;
            char other = good[i] == '7' ? '8' : '7';
            string edited = good[..i] + other + good[(i + 1)..];
            Assert.StartsWith("run.json", Assert.Throws<InvalidDataException>(() => Parse(edited)).Message);
            tried++;
        }
        Assert.InRange(tried, 1000, 100_000);
    }

    [Fact]
    public void EveryTruncationIsNoticed()
    {
        byte[] good = StorageSamples.Certificate().ToBytes();
        for (int length = 0; length < good.Length - 1; length++)
            Assert.Throws<InvalidDataException>(() => RunCertificate.Parse(good.AsSpan(0, length), "run.json"));
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2", "run.json.format: expected 1, got 2")]
    [InlineData("\"threads\": 2", "\"threads\": \"2\"",
        "run.json.information.environment.threads: expected a whole number, got \"2\"")]
    [InlineData("\"threads\": 2", "\"thread\": 2",
        "run.json.information.environment.threads: expected a value, got nothing")]
    [InlineData("\"threads\": 2", "\"threads\": 2, \"x\": 1", "environment: unknown key 'x'")]
    [InlineData("\"epoch\": 2", "\"epoch\": 2.5",
        "run.json.identity.epochs[1].epoch: expected a whole number, got 2.5")]
    [InlineData("\"state\": \"completed\"", "\"state\": \"done\"",
        "expected completed, failed or interrupted, got \"done\"")]
    public void WrongMembersAreNamedWithTheirPlace(string old, string replacement, string message)
    {
        string good = Text(StorageSamples.Certificate());
        Assert.Contains(old, good);
        Assert.Contains(message,
            Assert.Throws<InvalidDataException>(() => Parse(good.Replace(old, replacement))).Message);
    }

    [Fact]
    public void ContradictionsAreNotWritten()
    {
        RunCertificate good = StorageSamples.Certificate();
        EpochRecord[] epochs = [.. good.Epochs];
        RunCertificate[] bad =
        [
            good with { Epochs = epochs[1..] },
            good with { Epochs = [epochs[0] with { Train = new(1, 100, 1) }, .. epochs[1..]] },
            good with { Epochs = [epochs[0], epochs[2], epochs[1]] },
            good with { Recipe = new() { ["network"] = "sk" } },
            good with { Status = good.Status with { Step = 1 } },
            good with { Result = null },
            good with { Status = good.Status with { State = RunState.Interrupted } },
            good with { Result = good.Result! with { Confusion = [[3, 1], [1, 5]] } },
            good with { Result = good.Result! with { Confusion = [[10]] } },
            good with { Result = good.Result! with { Confusion = [[3, 1], [2]] } },
            good with { Result = good.Result! with { Test = new(11, 10, 0) } },
            good with { Result = good.Result! with { PredictionsSha256 = "none" } },
        ];
        good.ToBytes();
        Assert.All(bad, certificate => Assert.Throws<ArgumentException>(certificate.ToBytes));
    }

    [Fact]
    public void TheLossIsItsBits()
    {
        var epoch = EpochRecord.Next("x", 1, 1, new(1, 2, double.PositiveInfinity), null, null, Sha256Text.Of("w"));
        var status = new RunStatus(RunState.Failed, 1, "loss");
        RunCertificate failed = StorageSamples.Certificate(0) with { Status = status, Result = null };
        epoch = EpochRecord.Next(EpochRecord.ChainStart(failed.RunId), 1, 1, epoch.Train, null, null,
            epoch.WeightsSha256);
        string text = Text(failed with { Epochs = [epoch] });
        Assert.Contains("\"loss\": \"Infinity\", \"lossBits\": \"7ff0000000000000\"", text);
        Assert.Equal(double.PositiveInfinity, Parse(text).Epochs[0].Train.Loss);
        Assert.Equal(Sha256Text.Of("a\nb"), Sha256Text.Of("a\nb"u8));
    }
}

/// <summary>A culture with a decimal comma, until disposed.</summary>
sealed class CultureSwitch : IDisposable
{
    readonly CultureInfo before = CultureInfo.CurrentCulture;

    public CultureSwitch()
    {
        // The globalisation data may be absent, so make the culture by hand.
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "−";
        culture.NumberFormat.PercentDecimalSeparator = ",";
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose() => CultureInfo.CurrentCulture = before;
}
