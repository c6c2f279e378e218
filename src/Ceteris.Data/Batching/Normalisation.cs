using System.Globalization;
using System.Runtime.InteropServices;
using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// What a network sees of a pixel: one table of 256 floats for each channel. Cheap, and exact by construction. With an
/// order, pixel i of a channel is taken from place order[i].
/// </summary>
public sealed class Normalisation
{
    const float Limit = 10;
    const int Lanes = 16;

    // Pixels of one lane written in one go: 16 lanes of them fill 4 KiB, which stays in the first-level cache.
    const int Block = 64;

    readonly float[] table;
    readonly int[]? order;

    internal Normalisation(Shape image, float[] table, int[]? order = null)
    {
        Image = image;
        (this.table, this.order) = (table, order);
    }

    /// <summary>Shape of one image, [C, H, W].</summary>
    public Shape Image { get; }

    /// <summary>The value of each byte in a channel.</summary>
    public ReadOnlySpan<float> Table(int channel) => table.AsSpan(channel * 256, 256);

    /// <summary>
    /// A warning if inputs can leave [−10, 10], null if not: then a division is most likely forgotten or done twice,
    /// and gradients become absurd.
    /// </summary>
    public string? Warning
    {
        get
        {
            float low = table.Min(), high = table.Max();
            return low >= -Limit && high <= Limit
                ? null
                : string.Create(CultureInfo.InvariantCulture,
                    $"inputs range from {low:g4} to {high:g4}, expected them within [-10, 10]: ")
                    + "mean and standard deviation are those of x / 255";
        }
    }

    /// <summary>One image into plain layout [C, H, W].</summary>
    public void WritePlain(ReadOnlySpan<byte> pixels, Span<float> destination)
    {
        int plane = Image.ElementsFrom(1);
        destination = destination[..pixels.Length];
        for (int c = 0; c < Image[0]; c++)
        {
            ReadOnlySpan<float> values = Table(c);
            ReadOnlySpan<byte> from = pixels.Slice(c * plane, plane);
            Span<float> to = destination.Slice(c * plane, plane);
            for (int i = 0; i < from.Length; i++)
                to[i] = values[from[order is null ? i : order[i]]];
        }
    }

    /// <summary>
    /// Up to 16 images, the images <paramref name="entries"/> (of a <see cref="KeyedOrder"/>) of a set, into one group
    /// [C·H·W][16] of lanes layout; lanes without an image become 0.
    /// </summary>
    internal void WriteGroup(ImageSet images, ReadOnlySpan<ulong> entries, Span<float> destination)
    {
        int plane = Image.ElementsFrom(1), pixels = Image.Elements;
        scoped Span<byte> moved = stackalloc byte[Block];
        if (entries.Length < Lanes)
            destination[..(pixels * Lanes)].Clear();
        for (int c = 0; c < Image[0]; c++)
        {
            for (int start = c * plane; start < (c + 1) * plane; start += Block)
            {
                int length = Math.Min(Block, (c + 1) * plane - start);
                Span<float> block = destination.Slice(start * Lanes, length * Lanes);
                if (entries.Length == Lanes)
                    block.Fill(table[c * 256]);
                for (int lane = 0; lane < entries.Length; lane++)
                {
                    ReadOnlySpan<byte> whole = images.Pixels(KeyedOrder.IndexOf(entries[lane]));
                    ReadOnlySpan<byte> part = order is null ? whole.Slice(start, length)
                        : Moved(whole.Slice(c * plane, plane), order.AsSpan(start - c * plane, length), moved);
                    WriteLane(part, Table(c), block[lane..], skipZeros: entries.Length == Lanes);
                }
            }
        }
    }

    static ReadOnlySpan<byte> Moved(ReadOnlySpan<byte> plane, ReadOnlySpan<int> order, Span<byte> moved)
    {
        for (int i = 0; i < order.Length; i++)
            moved[i] = plane[order[i]];
        return moved[..order.Length];
    }

    /// <summary>
    /// Pixels of one image into its lane. Eight zeros in a row, most of a picture of writing, are skipped where the
    /// block holds their value already.
    /// </summary>
    static void WriteLane(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> values, Span<float> lane, bool skipZeros)
    {
        values = values[..256];
        while (pixels.Length >= 8)
        {
            if (!skipZeros || MemoryMarshal.Read<ulong>(pixels) != 0)
            {
                lane[7 * Lanes] = values[pixels[7]];
                lane[6 * Lanes] = values[pixels[6]];
                lane[5 * Lanes] = values[pixels[5]];
                lane[4 * Lanes] = values[pixels[4]];
                lane[3 * Lanes] = values[pixels[3]];
                lane[2 * Lanes] = values[pixels[2]];
                lane[1 * Lanes] = values[pixels[1]];
                lane[0] = values[pixels[0]];
            }
            pixels = pixels[8..];
            lane = lane[Math.Min(8 * Lanes, lane.Length)..];
        }
        for (int i = 0; i < pixels.Length; i++)
            lane[i * Lanes] = values[pixels[i]];
    }
}
