using System.Security.Cryptography;
using System.Text;

using Ceteris.Kernels;
using Ceteris.Studies;

using FsCheck;
using FsCheck.Fluent;

namespace Ceteris.Tests;

public class StorageFormatTests
{
    [Fact]
    public void TheWeightsHashIsWhatItsPageSays()
    {
        var message = new List<byte>();
        message.AddRange("ceteris-weights-1\n"u8);
        message.AddRange([1, 0, 0, 0, (byte)'B', 1, 0, 0, 0, 2, 0, 0, 0]);
        message.AddRange([0, 0, 0x80, 0x3F, 0, 0, 0, 0x80]);
        message.AddRange([2, 0, 0, 0, 0xC3, 0xA9, 0, 0, 0, 0, 0, 0, 0x80, 0x7F]);
        string expected = Convert.ToHexStringLower(SHA256.HashData([.. message]));
        NamedTensor b = new("B", [2], [1, float.NegativeZero]), e = new("é", Shape.Scalar, [float.PositiveInfinity]);
        Assert.Equal(expected, WeightsHash.Compute([e, b]));
        Assert.Equal(expected, WeightsHash.Compute([b, e]));
    }

    [Fact]
    public void EverythingAboutWeightsChangesTheirHash()
    {
        NamedTensor[][] all =
        [
            [new("a", [2], [1, 2])], [new("b", [2], [1, 2])], [new("a", [1, 2], [1, 2])], [new("a", [2, 1], [1, 2])],
            [new("a", [2], [1, 2.0000002f])], [new("a", [2], [2, 1])], [new("a", [1], [1]), new("b", [1], [2])], [],
            [new("a", [2], [0, 0])], [new("a", [2], [0, float.NegativeZero])],
        ];
        Assert.Equal(all.Length, all.Select(WeightsHash.Compute).Distinct().Count());
    }

    [Fact]
    public void WeightsWithNaNHaveNoHash()
    {
        float[] values = new float[10_000];
        NamedTensor[] tensors = [new("a", [10_000], values)];
        Assert.NotNull(WeightsHash.Compute(tensors));
        values[9_999] = float.NaN;
        Assert.Null(WeightsHash.Compute(tensors));
    }

    [Fact]
    public void TensorsAreChecked()
    {
        Assert.Contains("expected 4 values",
            Assert.Throws<ArgumentException>(() => new NamedTensor("a", [2, 2], [1])).Message);
        NamedTensor[] twice = [new("a", [1], [1]), new("a", [1], [2])];
        Assert.Throws<ArgumentException>(() => WeightsHash.Compute(twice));
    }

    [Fact]
    public void MetricsRoundTrip()
    {
        MetricRow[] rows = [new(1, 10, 0.1f, 1.0 / 3, 0.9, null, null, 1234.5, 0.125),
            new(2, 20, 1e-9, 5e300, 1, 0.25, 0, 1e6, 3600)];
        byte[] bytes = MetricsCsv.ToBytes(rows);
        Assert.Equal(rows, MetricsCsv.Parse(bytes, "metrics.csv"));
        Assert.Equal(
            "epoch,step,lr,train_loss,train_accuracy,test_loss,test_accuracy,images_per_second,seconds\n"
            + "1,10,0.10000000149011612,0.3333333333333333,0.9,,,1234.5,0.125\n"
            + "2,20,1E-09,5E+300,1,0.25,0,1000000.0,3600.000\n",
            Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void MetricsWithValidationRoundTrip()
    {
        MetricRow[] rows =
        [
            new(1, 10, 0.1, 1, 0.9, 0.5, 0.75, 1, 1) { ValidationLoss = 0.625, ValidationAccuracy = 0.875 },
            new(2, 20, 0.1, 1, 0.9, 0.5, 0.75, 1, 1),
        ];
        byte[] bytes = MetricsCsv.ToBytes(rows);
        Assert.Equal(rows, MetricsCsv.Parse(bytes, "metrics.csv"));
        Assert.Equal("epoch,step,lr,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,"
            + "test_accuracy,images_per_second,seconds\n"
            + "1,10,0.1,1,0.9,0.625,0.875,0.5,0.75,1.0,1.000\n2,20,0.1,1,0.9,,,0.5,0.75,1.0,1.000\n",
            Encoding.UTF8.GetString(bytes));
        byte[] checkpoint = StorageSamples.Bytes(StorageSamples.Checkpoint(1) with { Metrics = rows });
        Assert.Equal(rows, CheckpointFormat.Read(
            checkpoint, "x", StorageSamples.RunId, StorageSamples.NumericsVersion).Metrics);
    }

    [Theory]
    [InlineData("1,10,0.1,x,0.9,,,1,1\n", "metrics.csv(2), column train_loss: expected a number, got 'x'")]
    [InlineData("1,10,0.1,1,0.9,,1,1\n", "metrics.csv(2): expected 9 cells, got 8")]
    [InlineData("1,10,0.1,1,0.9,,,1,1", "line feed at the end")]
    [InlineData("1.5,10,0.1,1,0.9,,,1,1\n", "metrics.csv(2), column epoch: expected a whole number, got '1.5'")]
    public void BadMetricsAreRefusedWithTheirPlace(string line, string message)
    {
        string header = Encoding.UTF8.GetString(MetricsCsv.ToBytes([]));
        Assert.Contains(message, Assert.Throws<InvalidDataException>(
            () => MetricsCsv.Parse(Encoding.UTF8.GetBytes(header + line), "metrics.csv")).Message);
    }

    static Predictions Predict(int classes, int count, ulong seed)
    {
        var stream = new RandomStream(StreamKey.For(seed, "test"));
        int[] labels = new int[count], predicted = new int[count];
        float[] probabilities = new float[count];
        for (int i = 0; i < count; i++)
            (labels[i], predicted[i], probabilities[i]) = (stream.Next(classes), stream.Next(classes),
                stream.NextSingle());
        return new(classes, labels, predicted, probabilities);
    }

    [Fact]
    public void PredictionsRoundTrip() => Prop.ForAll(
        ArbMap.Default.ArbFor<(PositiveInt Classes, NonNegativeInt Count)>(), given =>
        {
            foreach (int classes in new[] { given.Classes.Get, 256, 257, 65536 })
            {
                Predictions predictions = Predict(classes, given.Count.Get, (ulong)classes);
                byte[] bytes = predictions.ToBytes();
                Predictions read = Predictions.Parse(bytes, "p");
                Assert.Equal(predictions.Labels.ToArray(), read.Labels.ToArray());
                Assert.Equal(predictions.Predicted.ToArray(), read.Predicted.ToArray());
                Assert.Equal(predictions.Probabilities.ToArray(), read.Probabilities.ToArray());
                Assert.Equal(20 + given.Count.Get * (classes <= 256 ? 6 : 8), bytes.Length);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PredictionsCount()
    {
        var predictions = new Predictions(3, [0, 0, 1, 2, 2], [0, 1, 1, 0, 2], [1, 0.5f, 0.4f, 0.9f, 1]);
        Assert.Equal(3, predictions.Correct());
        Assert.Equal([[1, 1, 0], [0, 1, 0], [1, 0, 1]], predictions.Confusion());
    }

    [Fact]
    public void BadPredictionsAreRefused()
    {
        byte[] good = Predict(10, 4, 1).ToBytes();
        for (int length = 0; length < good.Length; length++)
            Assert.Throws<InvalidDataException>(() => Predictions.Parse(good.AsSpan(0, length), "p"));
        Assert.Throws<InvalidDataException>(() => Predictions.Parse([.. good, 0], "p"));
        (int At, byte Value, string Words)[] edits =
        [
            (0, 0, "magic"), (8, 2, "version 1, got 2"), (12, 5, "got 44"), (16, 0, "classes"),
            (20, 10, "label below 10, got 10"),
            (21, 10, "predicted class below 10"), (25, 0x7F, "probability"), (25, 0xBF, "probability"),
            (35, 0xFF, "byte 32"),
        ];
        foreach ((int at, byte value, string words) in edits)
        {
            byte[] bad = [.. good];
            bad[at] = value;
            if (at == 35)
                bad[32] = value;
            Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Predictions.Parse(bad, "p")).Message);
        }
        Assert.Throws<ArgumentException>(() => new Predictions(2, [0], [2], [1]));
        Assert.Throws<ArgumentException>(() => new Predictions(2, [0], [1], [float.NaN]));
        Assert.Throws<ArgumentException>(() => new Predictions(2, [0, 1], [1], [1]));
    }

    [Fact]
    public void AnyBytesArePredictionsOrRefused() => Prop.ForAll<byte[]>(bytes =>
        Assert.Throws<InvalidDataException>(() => Predictions.Parse([.. "CETERPRD"u8, 1, 0, 0, 0, .. bytes], "p")))
        .QuickCheckThrowOnFailure();
}
