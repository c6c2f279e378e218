using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>How a batch lies in memory.</summary>
public enum BatchLayout
{
    /// <summary>[N, C, H, W], row-major.</summary>
    Plain,

    /// <summary>[⌈N/16⌉][C·H·W][16]: 16 images side by side; lanes without an image are 0.</summary>
    Lanes,
}

/// <summary>
/// The batches of every epoch: images in the order of the set, or shuffled anew for each by <see cref="KeyedOrder"/>
/// with
/// key (seed, <c>order</c>) and counter (image, epoch). Any step of any epoch can be asked for at any time; one
/// permutation is kept, so that steps of one epoch cost no more than their images. The last batch of an epoch may be
/// smaller. Not for use by two threads at once. Allocates nothing after construction.
/// </summary>
public sealed class Batches
{
    const int Lanes = 16;

    readonly Normalisation normalisation;
    readonly StreamKey key;
    readonly bool shuffle;
    readonly ulong[] order;
    uint? current;

    public Batches(ImageSet images, Normalisation normalisation, int size, ulong seed = 0, bool shuffle = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count, nameof(images));
        if (!images.Image.Equals(normalisation.Image))
        {
            throw new ArgumentException(
                $"expected images {normalisation.Image}, got {images.Image} of {images.Name}", nameof(images));
        }
        (Images, this.normalisation, this.shuffle) = (images, normalisation, shuffle);
        Size = Math.Min(size, images.Count);
        key = StreamKey.For(seed, "order");
        order = new ulong[images.Count];
        for (int i = 0; i < order.Length; i++)
            order[i] = (uint)i;
    }

    public ImageSet Images { get; }

    /// <summary>Images in a batch, at most all.</summary>
    public int Size { get; }

    /// <summary>Batches in an epoch.</summary>
    public int Steps => (Images.Count - 1) / Size + 1;

    /// <summary>Images in the batch of this step.</summary>
    public int CountAt(int step) => Slice(step).GetOffsetAndLength(Images.Count).Length;

    /// <summary>Floats of a batch of <paramref name="count"/> images in a layout, padding lanes included.</summary>
    public long LengthOf(int count, BatchLayout layout) =>
        (long)(layout == BatchLayout.Lanes ? (count + Lanes - 1) / Lanes * Lanes : count) * Images.Image.Elements;

    /// <summary>
    /// Writes a batch and returns how many images it has: <paramref name="inputs"/> in the layout asked for,
    /// <paramref name="labels"/> as floats (class indices; what is left of the span becomes 0), <paramref name="ids"/>
    /// the images' <see cref="ImageSet.Id">ids</see>.
    /// </summary>
    public int Fill(uint epoch, int step, BatchLayout layout, Span<float> inputs, Span<float> labels, Span<int> ids)
    {
        ReadOnlySpan<ulong> batch = Ordered(epoch).AsSpan()[Slice(step)];
        if (inputs.Length < LengthOf(batch.Length, layout) || labels.Length < batch.Length || ids.Length < batch.Length)
        {
            throw new ArgumentException($"expected room for {batch.Length} images in {layout} layout "
                + $"({LengthOf(batch.Length, layout)} floats), got {inputs.Length} floats, {labels.Length} labels, "
                + $"{ids.Length} ids");
        }
        labels[batch.Length..].Clear();
        for (int i = 0; i < batch.Length; i++)
        {
            int index = KeyedOrder.IndexOf(batch[i]);
            labels[i] = Images.Label(index);
            ids[i] = Images.Id(index);
        }
        int pixels = Images.Image.Elements;
        if (layout == BatchLayout.Plain)
        {
            for (int i = 0; i < batch.Length; i++)
                normalisation.WritePlain(Images.Pixels(KeyedOrder.IndexOf(batch[i])), inputs.Slice(i * pixels, pixels));
        }
        else
        {
            for (int i = 0; i < batch.Length; i += Lanes)
                normalisation.WriteGroup(Images, batch[i..Math.Min(i + Lanes, batch.Length)], inputs[(i * pixels)..]);
        }
        return batch.Length;
    }

    Range Slice(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Steps);
        int start = step * Size;
        return start..Math.Min(start + Size, Images.Count);
    }

    ulong[] Ordered(uint epoch)
    {
        if (shuffle && current != epoch)
        {
            current = null;
            KeyedOrder.Fill(key, epoch, Images.Ids, order);
            current = epoch;
        }
        return order;
    }
}
