using System.Buffers.Binary;

namespace Ceteris.Studies;

/// <summary>
/// What a run said about each test image; predictions.bin, little-endian:
/// <code>
/// magic "CETERPRD", version u32 = 1, images u32, classes u32, then for each image
/// label and predicted class (u8 each; u16 each if there are more than 256 classes), probability of that class float32
/// </code>
/// </summary>
public sealed class Predictions
{
    public const string FileName = "predictions.bin";
    public const int Version = 1, MaximumClasses = 1 << 16;

    const int HeaderBytes = 20;

    /// <exception cref="ArgumentException">Lengths differ, or an entry is out of range.</exception>
    public Predictions(int classes, int[] labels, int[] predicted, float[] probabilities)
    {
        if (labels.Length != predicted.Length || labels.Length != probabilities.Length)
            throw new ArgumentException($"expected as many predictions and probabilities as labels ({labels.Length}), "
                + $"got {predicted.Length} and {probabilities.Length}");
        if (classes is < 1 or > MaximumClasses)
            throw new ArgumentException($"expected 1 to {MaximumClasses} classes, got {classes}");
        for (int i = 0; i < labels.Length; i++)
        {
            if (Fault(classes, labels[i], predicted[i], probabilities[i]) is { } fault)
                throw new ArgumentException($"image {i}: {fault}");
        }
        (Classes, Labels, Predicted, Probabilities) = (classes, labels, predicted, probabilities);
    }

    public int Classes { get; }

    public ReadOnlyMemory<int> Labels { get; }

    public ReadOnlyMemory<int> Predicted { get; }

    /// <summary>Softmax probability of the predicted class.</summary>
    public ReadOnlyMemory<float> Probabilities { get; }

    public int Count => Labels.Length;

    /// <summary>Number of images whose predicted class is their label.</summary>
    public int Correct()
    {
        int correct = 0;
        for (int i = 0; i < Count; i++)
            correct += Labels.Span[i] == Predicted.Span[i] ? 1 : 0;
        return correct;
    }

    /// <summary>Confusion matrix [true class][predicted class], in images.</summary>
    public int[][] Confusion()
    {
        int[][] matrix = [.. Enumerable.Range(0, Classes).Select(_ => new int[Classes])];
        for (int i = 0; i < Count; i++)
            matrix[Labels.Span[i]][Predicted.Span[i]]++;
        return matrix;
    }

    public byte[] ToBytes()
    {
        int width = Width(Classes), entry = 2 * width + sizeof(float);
        byte[] bytes = new byte[HeaderBytes + (long)entry * Count];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Classes);
        for (int i = 0; i < Count; i++)
        {
            Span<byte> at = bytes.AsSpan(HeaderBytes + i * entry, entry);
            WriteClass(at, Labels.Span[i], width);
            WriteClass(at[width..], Predicted.Span[i], width);
            BinaryPrimitives.WriteSingleLittleEndian(at[(2 * width)..], Probabilities.Span[i]);
        }
        return bytes;
    }

    /// <exception cref="InvalidDataException">What was expected, what came, and at which byte.</exception>
    public static Predictions Parse(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length < HeaderBytes || !bytes.StartsWith(Magic))
            throw new InvalidDataException(
                $"{source}: expected a header of {HeaderBytes} bytes with the magic CETERPRD");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version)
            throw new InvalidDataException($"{source}: expected version {Version}, got {version}");
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        uint classes = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        if (classes is < 1 or > MaximumClasses)
            throw new InvalidDataException($"{source}: expected 1 to {MaximumClasses} classes, got {classes}");
        int width = Width((int)classes), entry = 2 * width + sizeof(float);
        long expected = HeaderBytes + count * (long)entry;
        if (bytes.Length != expected)
            throw new InvalidDataException(
                $"{source}: expected {expected} bytes for {count} images, got {bytes.Length}");
        int[] labels = new int[count], predicted = new int[count];
        float[] probabilities = new float[count];
        for (int i = 0; i < count; i++)
        {
            int start = HeaderBytes + i * entry;
            labels[i] = ReadClass(bytes[start..], width);
            predicted[i] = ReadClass(bytes[(start + width)..], width);
            probabilities[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(start + 2 * width)..]);
            if (Fault((int)classes, labels[i], predicted[i], probabilities[i]) is { } fault)
                throw new InvalidDataException($"{source}: image {i} at byte {start}: {fault}");
        }
        return new((int)classes, labels, predicted, probabilities);
    }

    static ReadOnlySpan<byte> Magic => "CETERPRD"u8;

    static int Width(int classes) => classes <= 256 ? 1 : 2;

    static string? Fault(int classes, int label, int predicted, float probability)
    {
        if ((uint)label >= (uint)classes)
            return $"expected a label below {classes}, got {label}";
        if ((uint)predicted >= (uint)classes)
            return $"expected a predicted class below {classes}, got {predicted}";
        return probability is >= 0 and <= 1 ? null : $"expected a probability from 0 to 1, got {probability:R}";
    }

    static void WriteClass(Span<byte> at, int value, int width)
    {
        if (width == 1)
            at[0] = (byte)value;
        else
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
    }

    static int ReadClass(ReadOnlySpan<byte> at, int width) =>
        width == 1 ? at[0] : BinaryPrimitives.ReadUInt16LittleEndian(at);
}
