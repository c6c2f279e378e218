using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class Convolution
{
    /// <summary>
    /// dw[k][c][r][s] = Σ dy[g][k][oy][ox] · x[g][c][…][…] over groups of samples, outputs and lanes, for the filters
    /// and groups named:
    /// x [G][C][H][W][16], dy [G][K][OH][OW][16], dw [K][C/groups][R][S]; only the rows of the named filters are
    /// written.
    /// Bits: per lane one chain of fused multiply-adds over (g, oy, ox) in index order from +0, leaving out pixels on
    /// padding, then the tree of lanes (i and i + 8, then + 4, + 2, + 1); +0 instead of −0. A sum over several ranges
    /// of groups is for the caller, by a fixed tree. The padding lanes of the last group must be zero in x and in dy.
    /// <paramref name="scratch"/> holds the sums per lane: at least
    /// <see cref="WeightGradientScratch"/> floats, whatever their contents. The sums may be made in several calls for
    /// consecutive ranges of groups, if <see cref="SumsAtOnce"/>: all but the first <paramref name="continues"/> what
    /// the scratch memory holds, all but the last say that it <paramref name="isContinued"/> and write nothing.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or a range lies outside it.
    /// </exception>
    public static void WeightGradient(
        ConvShape shape, Floats x, Floats dy, Floats dw, int filterFrom, int filterTo, int groupFrom, int groupTo,
        Floats scratch, bool continues = false, bool isContinued = false) =>
        WeightGradient(shape, x, dy, dw, filterFrom, filterTo, 0, shape.GroupChannels, groupFrom, groupTo, scratch,
            continues, isContinued);

    /// <summary>
    /// The same for some channels only, counted within a convolution group: with few, a large image is read once while
    /// many filters are summed.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or a range lies outside it.
    /// </exception>
    public static void WeightGradient(
        ConvShape shape, Floats x, Floats dy, Floats dw, int filterFrom, int filterTo, int channelFrom, int channelTo,
        int groupFrom, int groupTo, Floats scratch, bool continues = false, bool isContinued = false)
    {
        int groups = checked((int)(x.Length / shape.InputLength));
        Border.Length(x, groups * shape.InputLength);
        Border.Length(dy, groups * shape.OutputLength);
        Border.Length(dw, shape.WeightLength);
        Border.Range(filterFrom, filterTo, shape.Filters);
        Border.Range(channelFrom, channelTo, shape.GroupChannels);
        Border.Range(groupFrom, groupTo, groups);
        Border.AtLeast(scratch, WeightGradientScratch(shape));

        LaneSums sums = new(shape)
        {
            X = x.Pointer,
            Dy = dy.Pointer,
            Dw = dw.Pointer,
            Sums = scratch.Pointer,
            ChannelFrom = channelFrom,
            ChannelTo = channelTo,
            GroupFrom = groupFrom,
            GroupTo = groupTo,
            Continues = continues,
            IsContinued = isContinued,
        };
        (int most, _) = SumBlock(shape, shape.GroupFilters);
        for (int group = 0; group < shape.Groups; group++)
        {
            int from = Math.Max(filterFrom, group * shape.GroupFilters);
            int to = Math.Min(filterTo, (group + 1) * shape.GroupFilters);
            Cut cut = new(Math.Max(0, to - from), most);
            for (int part = 0; from < to; from += cut.Size(part), part++)
                sums.Run(from, cut.Size(part));
        }
    }

    /// <summary>
    /// Floats that a weight gradient needs as scratch: fixed by shape, half a mebibyte unless a window is
    /// huge.
    /// </summary>
    public static long WeightGradientScratch(ConvShape shape) =>
        Math.Max(SumVectors, (long)shape.Taps * Tile.MaxRows) * Tile.Lanes;

    /// <summary>
    /// Filters and channels (of a convolution group) that should be summed together, in one call: few filters and all
    /// channels, unless the image of a group of samples leaves no room in the second-level cache.
    /// </summary>
    public static (int Filters, int Channels) SumsPerBlock(ConvShape shape)
    {
        if (shape.InputLength < LargeImage || shape.Groups > 1)
            return (Tile.MaxRows, shape.GroupChannels);
        const int Filters = 8 * Tile.MaxRows, Least = Tile.MaxColumns, Most = 8 * Tile.MaxColumns;
        return (Filters, Math.Min(shape.Channels, Math.Clamp(SumVectors / (Filters * shape.Taps), Least, Most)));
    }

    /// <summary>
    /// Whether the sums of so many filters of one convolution group have room side by side, so that they can be made in
    /// several calls.
    /// </summary>
    public static bool SumsAtOnce(ConvShape shape, int filters)
    {
        (int most, _) = SumBlock(shape, shape.GroupFilters);
        return shape.Groups == 1 && filters <= most && SumBlock(shape, filters).Channels >= shape.GroupChannels;
    }

    /// <summary>
    /// Sums per lane kept at a time: they, and the pixels they come from, should stay in the second-level cache.
    /// </summary>
    const int SumVectors = 8192;

    /// <summary>
    /// Pixels a tile runs over at a time, about: 6 rows of dy and 4 of x then stay in the first-level cache.
    /// </summary>
    const int BlockPixels = 64;

    /// <summary>
    /// Filters and channels whose sums are kept at a time. f filters mean that x passes K/f times, c channels that dy
    /// passes C/c times; with f · c fixed the least traffic is at f/c = (pixels of x)/(pixels of y).
    /// </summary>
    static (int Filters, int Channels) SumBlock(ConvShape shape, int filters)
    {
        int pairs = Math.Max(Tile.MaxRows, SumVectors / Math.Max(1, shape.LiveTaps.Length));
        int best = (int)Math.Sqrt((double)pairs * shape.InputPlane / shape.OutputPlane);
        best = Math.Max(best, pairs / shape.GroupChannels);
        best = Math.Min(Math.Min(Math.Max(best, Tile.MaxRows), pairs), filters);
        return (best, Math.Min(pairs / best, shape.GroupChannels));
    }

    /// <summary>The sums per lane of a block of filters and channels: [filter][channel][tap][16] in scratch.</summary>
    ref struct LaneSums
    {
        public float* X, Dy, Dw, Sums;
        public int ChannelFrom, ChannelTo, GroupFrom, GroupTo;
        public bool Continues, IsContinued;
        readonly ConvShape shape;
        readonly TapClass[] classes;
        readonly Step* steps;
        readonly int[] live;
        readonly int rows, groups;
        readonly nint inputPlane, outputPlane, tapFloats;
        int filters, channels;
        Tile tile;

        public LaneSums(ConvShape shape)
        {
            this.shape = shape;
            classes = shape.TapClasses;
            steps = (Step*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(shape.ColumnSteps));
            // Pixels in blocks of some rows of one group, or of some whole groups where images are small.
            rows = Math.Clamp(BlockPixels / shape.OutputWidth, 1, shape.OutputHeight);
            int images = BlockPixels / (shape.OutputHeight * shape.OutputWidth);
            groups = rows < shape.OutputHeight ? 1 : Math.Max(1, images);
            live = shape.LiveTaps;
            (inputPlane, outputPlane, tapFloats) = (shape.InputPlane, shape.OutputPlane, live.Length * Tile.Lanes);
            tile.ARow = outputPlane;
            tile.AOuter = (nint)shape.OutputWidth * Tile.Lanes;
            tile.BOuter = (nint)shape.Rows.Stride * shape.Width * Tile.Lanes;
            tile.AGroup = (nint)shape.OutputLength;
            tile.BGroup = (nint)shape.InputLength;
        }

        public void Run(int filter, int filters)
        {
            this.filters = filters;
            int firstChannel = filter / shape.GroupFilters * shape.GroupChannels;
            Cut cut = new(ChannelTo - ChannelFrom, SumBlock(shape, filters).Channels);
            for (int channel = ChannelFrom, part = 0; channel < ChannelTo; channel += channels, part++)
            {
                channels = cut.Size(part);
                tile.CRow = channels * tapFloats;
                Sum(X + (firstChannel + channel) * inputPlane, Dy + filter * outputPlane);
                float* dw = Dw + ((nint)filter * shape.GroupChannels + channel) * shape.Taps;
                for (int f = 0; f < filters && !IsContinued; f++, dw += (nint)shape.GroupChannels * shape.Taps)
                    Reduce(Sums + f * tile.CRow, dw);
            }
        }

        void Sum(float* x, float* dy)
        {
            tile.Accumulate = Continues;
            if (GroupFrom == GroupTo && !Continues)
                new Span<float>(Sums, filters * (int)tile.CRow).Clear();
            for (int group = GroupFrom; group < GroupTo; group += groups)
            {
                tile.Groups = Math.Min(groups, GroupTo - group);
                for (int row = 0; row < shape.OutputHeight; row += rows)
                {
                    int end = Math.Min(row + rows, shape.OutputHeight);
                    Block(x + group * tile.BGroup, dy + group * tile.AGroup, row, end);
                    tile.Accumulate = true;
                }
            }
        }

        void Block(float* x, float* dy, int rowFrom, int rowTo)
        {
            Cut filterCut = new(filters, Tile.MaxRows), channelCut = new(channels, Tile.MaxColumns);
            for (int filter = 0, i = 0; filter < filters; filter += filterCut.Size(i), i++)
            {
                tile.CStart = filter * tile.CRow;
                for (int channel = 0, j = 0; channel < channels; channel += channelCut.Size(j), j++)
                {
                    float* from = x + channel * inputPlane, sums = Sums + channel * tapFloats;
                    int columns = channelCut.Size(j);
                    bool tapByTap = columns == Tile.MaxColumns || classes.Length == live.Length;
                    for (int c = 0; tapByTap && c < columns; c++)
                        tile.SetColumn(c, from + c * inputPlane, sums + c * tapFloats);
                    foreach (TapClass taps in classes)
                    {
                        int row = Math.Max(rowFrom, taps.RowFrom);
                        tile.Outer = Math.Max(0, Math.Min(rowTo, taps.RowTo) - row);
                        if (tile.Accumulate && tile.Outer == 0)
                            continue;
                        tile.Inner = taps.ColumnTo - taps.ColumnFrom;
                        tile.Steps = steps + taps.ColumnFrom;
                        tile.A = dy + filter * outputPlane + row * tile.AOuter;
                        tile.BStart = row * tile.BOuter;
                        if (tapByTap)
                            TapByTap(taps, filterCut.Size(i), columns);
                        else
                            AnyFour(taps, from, sums, filterCut.Size(i), columns);
                    }
                }
            }
        }

        /// <summary>
        /// A tile is one tap of some channels, whose columns are set already: where images are small a chain is so
        /// short that setting them for every tile would cost a tenth of it.
        /// </summary>
        void TapByTap(TapClass taps, int filters, int channels)
        {
            (nint x, nint sums) = (tile.BStart, tile.CStart);
            foreach ((int tap, nint origin) in taps.Taps)
            {
                tile.BStart = x + origin;
                tile.CStart = sums + tap * Tile.Lanes;
                tile.RunLanewise(filters, channels);
            }
            tile.CStart = sums;
        }

        /// <summary>
        /// Taps that meet the same pixels, times channels: any four of them make a tile. What fewer than four channels
        /// have several of fills the tiles.
        /// </summary>
        void AnyFour(TapClass taps, float* x, float* sums, int filters, int channels)
        {
            int columns = channels * taps.Taps.Length, t = 0;
            Cut cut = new(columns, Tile.MaxColumns);
            for (int column = 0, count, part = 0; column < columns; column += count, part++)
            {
                count = cut.Size(part);
                for (int j = 0; j < count; j++)
                {
                    (int tap, nint origin) = taps.Taps[t];
                    tile.SetColumn(j, x + origin, sums + tap * Tile.Lanes);
                    if (++t < taps.Taps.Length)
                        continue;
                    t = 0;
                    x += inputPlane;
                    sums += tapFloats;
                }
                tile.RunLanewise(filters, count);
            }
        }

        /// <summary>The sums of a filter over the lanes; taps on padding everywhere have the gradient 0.</summary>
        readonly void Reduce(float* from, float* to)
        {
            if (live.Length == shape.Taps)
            {
                SumLanes(from, to, channels * shape.Taps);
                return;
            }
            // In place: what is written has been read.
            SumLanes(from, from, channels * live.Length);
            new Span<float>(to, channels * shape.Taps).Clear();
            for (int channel = 0; channel < channels; channel++, to += shape.Taps)
                foreach (int tap in live)
                    to[tap] = *from++;
        }

        static void SumLanes(float* from, float* to, int count)
        {
            int i = 0;
            for (; i + Lanes.Count <= count; i += Lanes.Count)
                (Lanes.Sum16(new(from + (nint)i * Lanes.Count, Lanes.Count)) + V.Zero).Store(to + i);
            for (; i < count; i++)
                to[i] = Lanes.Sum(Vector512.Load(from + (nint)i * Lanes.Count)) + 0f;
        }
    }
}
