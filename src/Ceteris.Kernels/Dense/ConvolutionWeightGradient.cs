using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class Convolution
{
    /// <summary>
    /// dw[k][c][r][s] = Σ dy[g][k][oy][ox] · x[g][c][…][…] over groups of samples, outputs and lanes, for the filters and groups named:
    /// x [G][C][H][W][16], dy [G][K][OH][OW][16], dw [K][C/groups][R][S]; only the rows of the named filters are written.
    /// Bits: per lane one chain of fused multiply-adds over (g, oy, ox) in index order from +0, leaving out pixels on padding, then the tree
    /// of lanes (i and i + 8, then + 4, + 2, + 1); +0 instead of −0. A sum over several ranges of groups is for the caller, by a fixed tree.
    /// The padding lanes of the last group must be zero in x and in dy. <paramref name="scratch"/> holds the sums per lane: at least
    /// <see cref="WeightGradientScratch"/> floats, whatever their contents.
    /// </summary>
    /// <exception cref="ArgumentException">A view has not the length the shape says, or a range lies outside it.</exception>
    public static void WeightGradient(
        ConvShape shape, Floats x, Floats dy, Floats dw, int filterFrom, int filterTo, int groupFrom, int groupTo, Floats scratch)
    {
        int groups = checked((int)(x.Length / shape.InputLength));
        Border.Length(x, groups * shape.InputLength);
        Border.Length(dy, groups * shape.OutputLength);
        Border.Length(dw, shape.WeightLength);
        Border.Range(filterFrom, filterTo, shape.Filters);
        Border.Range(groupFrom, groupTo, groups);
        Border.AtLeast(scratch, WeightGradientScratch(shape));

        LaneSums sums = new(shape)
        {
            X = x.Pointer, Dy = dy.Pointer, Dw = dw.Pointer, Sums = scratch.Pointer, GroupFrom = groupFrom, GroupTo = groupTo,
        };
        for (int group = 0; group < shape.Groups; group++)
        {
            int to = Math.Min(filterTo, (group + 1) * shape.GroupFilters);
            for (int filter = Math.Max(filterFrom, group * shape.GroupFilters); filter < to;)
            {
                int filters = Math.Min(SumFilters, to - filter), channels = SumChannels(shape, filters);
                for (int channel = 0; channel < shape.GroupChannels; channel += channels)
                    sums.Run(filter, filters, channel, Math.Min(channels, shape.GroupChannels - channel));
                filter += filters;
            }
        }
    }

    /// <summary>Floats that <see cref="WeightGradient"/> needs as scratch: fixed by shape, about half a mebibyte at most.</summary>
    public static long WeightGradientScratch(ConvShape shape) =>
        Math.Max(SumVectors, SumFilters * (long)shape.Taps) * Tile.Lanes;

    /// <summary>Sums per lane kept at a time: they, and the pixels they come from, should stay in the second-level cache.</summary>
    const int SumVectors = 8192, SumFilters = 24;

    static int SumChannels(ConvShape shape, int filters) => Math.Max(1, SumVectors / (filters * shape.Taps));

    /// <summary>Pixels a tile runs over at a time, about: 6 rows of dy and 4 of x then stay in the first-level cache.</summary>
    const int BlockPixels = 64;

    /// <summary>The sums per lane of a block of filters and channels: [filter][channel][tap][16] in scratch.</summary>
    ref struct LaneSums(ConvShape shape)
    {
        public float* X, Dy, Dw, Sums;
        public int GroupFrom, GroupTo;
        readonly ConvShape shape = shape;
        readonly TapClass[] classes = shape.TapClasses;
        readonly Step* steps = (Step*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(shape.ColumnSteps));
        int filter, filters, channel, channels;
        Tile tile;

        /// <summary>Pixels in blocks of some rows of one group, or of some whole groups where images are small.</summary>
        public void Run(int filter, int filters, int channel, int channels)
        {
            (this.filter, this.filters, this.channel, this.channels) = (filter, filters, channel, channels);
            int rows = Math.Clamp(BlockPixels / shape.OutputWidth, 1, shape.OutputHeight);
            int groups = rows < shape.OutputHeight ? 1 : Math.Max(1, BlockPixels / (shape.OutputHeight * shape.OutputWidth));
            tile.ARow = shape.OutputPlane;
            tile.AOuter = (nint)shape.OutputWidth * Tile.Lanes;
            tile.BOuter = (nint)shape.Rows.Stride * shape.Width * Tile.Lanes;
            tile.AGroup = (nint)shape.OutputLength;
            tile.BGroup = (nint)shape.InputLength;
            tile.CRow = (nint)channels * shape.Taps * Tile.Lanes;
            tile.Accumulate = false;
            if (GroupFrom == GroupTo)
                new Span<float>(Sums, filters * (int)tile.CRow).Clear();
            for (int group = GroupFrom; group < GroupTo; group += groups)
            {
                tile.Groups = Math.Min(groups, GroupTo - group);
                for (int row = 0; row < shape.OutputHeight; row += rows)
                {
                    Block(group, row, Math.Min(row + rows, shape.OutputHeight));
                    tile.Accumulate = true;
                }
            }
            for (int f = 0; f < filters; f++)
                Reduce(f);
        }

        void Block(int group, int rowFrom, int rowTo)
        {
            int parts = Tile.Parts(filters, Tile.MaxRows), quads = Tile.Parts(channels, Tile.MaxColumns);
            for (int part = 0; part < parts; part++)
            {
                int from = Tile.PartStart(filters, parts, part), to = Tile.PartStart(filters, parts, part + 1);
                for (int quad = 0; quad < quads; quad++)
                {
                    int c = Tile.PartStart(channels, quads, quad), cTo = Tile.PartStart(channels, quads, quad + 1);
                    foreach (TapClass taps in classes)
                        Class(taps, group, rowFrom, rowTo, from, to, c, cTo);
                }
            }
        }

        /// <summary>Taps that meet the same pixels, times channels: any four of them make a tile.</summary>
        void Class(TapClass taps, int group, int rowFrom, int rowTo, int filterFrom, int filterTo, int channelFrom, int channelTo)
        {
            int row = Math.Max(rowFrom, taps.RowFrom);
            tile.Outer = Math.Max(0, Math.Min(rowTo, taps.RowTo) - row);
            tile.Inner = taps.ColumnTo - taps.ColumnFrom;
            tile.Steps = steps + taps.ColumnFrom;
            if (tile.Accumulate && tile.Outer == 0)
                return;

            int inputGroup = filter / shape.GroupFilters * shape.GroupChannels;
            tile.A = Dy + group * (nint)shape.OutputLength + (nint)(filter + filterFrom) * shape.OutputPlane + (nint)row * tile.AOuter;
            float* x = X + group * (nint)shape.InputLength + (nint)(inputGroup + channel) * shape.InputPlane + row * tile.BOuter;
            float* sums = Sums + filterFrom * tile.CRow;
            int columns = (channelTo - channelFrom) * taps.Taps.Length, parts = Tile.Parts(columns, Tile.MaxColumns);
            for (int part = 0; part < parts; part++)
            {
                int from = Tile.PartStart(columns, parts, part), to = Tile.PartStart(columns, parts, part + 1);
                for (int i = from; i < to; i++)
                {
                    int c = channelFrom + i / taps.Taps.Length;
                    (int tap, nint origin) = taps.Taps[i % taps.Taps.Length];
                    tile.SetColumn(i - from, x + (nint)c * shape.InputPlane + origin, sums + ((nint)c * shape.Taps + tap) * Tile.Lanes);
                }
                tile.RunLanewise(filterTo - filterFrom, to - from);
            }
        }

        readonly void Reduce(int f)
        {
            float* from = Sums + f * tile.CRow;
            float* to = Dw + ((nint)(filter + f) * shape.GroupChannels + channel) * shape.Taps;
            for (int i = 0; i < channels * shape.Taps; i++)
                to[i] = LaneTree.Sum(Vector512.Load(from + (nint)i * Tile.Lanes)) + 0f;
        }
    }
}
