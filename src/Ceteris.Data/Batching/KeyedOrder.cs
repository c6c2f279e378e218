using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// Permutations by keyed sort. Image i of a set is sorted by (w, i), w = the first word of Philox with counter
/// (<see cref="ImageSet.Id">id</see> of the image, epoch, 0, 0). The order of two images is thus a property of these
/// two, the key and the epoch: leaving
/// others out does not change it. (w has 32 bits; a tie, one in 4·10⁹ pairs, goes to the lower index.)
/// </summary>
public static class KeyedOrder
{
    /// <summary>
    /// Writes the permutation into <paramref name="order"/>: sorted words, of which the low half is the index
    /// (<see cref="IndexOf"/>). Allocates nothing.
    /// </summary>
    public static void Fill(StreamKey key, uint epoch, ReadOnlySpan<int> ids, Span<ulong> order)
    {
        for (int i = 0; i < ids.Length; i++)
            order[i] = ((ulong)Philox.Block(key, (uint)ids[i], epoch, 0, 0).W0 << 32) | (uint)i;
        order[..ids.Length].Sort();
    }

    /// <summary>The index in the set of an entry of the permutation.</summary>
    public static int IndexOf(ulong entry) => (int)(uint)entry;

    /// <summary>The whole permutation as indices.</summary>
    public static int[] Of(StreamKey key, uint epoch, ReadOnlySpan<int> ids)
    {
        ulong[] order = new ulong[ids.Length];
        Fill(key, epoch, ids, order);
        return Array.ConvertAll(order, IndexOf);
    }
}
