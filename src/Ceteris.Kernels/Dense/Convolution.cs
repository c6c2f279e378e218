using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ceteris.Kernels;

/// <summary>2-D convolution and its two gradients on images in lanes; shapes in <see cref="ConvShape"/>.</summary>
public static unsafe partial class Convolution
{
    /// <summary>
    /// y[g][k][oy][ox] = Σ w[k][c][r][s] · x[g][c][…][…] for the groups of 16 samples and the filters named:
    /// x [G][C][H][W][16], w [K][C/groups][R][S], y [G][K][OH][OW][16].
    /// Bits: one chain of fused multiply-adds over (c, r, s) in index order from +0 (or from y, if
    /// <paramref name="accumulate"/>), +0 instead of −0, plus <paramref name="bias"/> [K], if there is one. Taps on
    /// padding are left out, which for finite weights is the same as multiplying zeros.
    /// Lanes do not meet: NaN in a sample stays in that sample.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void Forward(
        ConvShape shape, Floats x, Floats w, Floats y, int groupFrom, int groupTo, int filterFrom, int filterTo,
        bool accumulate = false, Floats bias = default)
    {
        Borders(shape, x, w, y, groupFrom, groupTo);
        Border.Range(filterFrom, filterTo, shape.Filters);
        float* biases = Biases(shape, bias);
        int channels = shape.GroupChannels, filters = shape.GroupFilters;
        for (int group = 0; group < shape.Groups; group++)
        {
            int from = Math.Max(filterFrom, group * filters), to = Math.Min(filterTo, (group + 1) * filters);
            Rectangles work = new()
            {
                Weights = w.Pointer + (nint)from * channels * shape.Taps,
                WeightRow = (nint)channels * shape.Taps,
                WeightPlane = shape.Taps,
                Source = x.Pointer + groupFrom * (nint)shape.InputLength + (nint)group * channels * shape.InputPlane,
                SourceGroup = (nint)shape.InputLength,
                SourcePlane = shape.InputPlane,
                SourceWidth = shape.Width,
                Target = y.Pointer + groupFrom * (nint)shape.OutputLength + (nint)from * shape.OutputPlane,
                TargetGroup = (nint)shape.OutputLength,
                TargetPlane = shape.OutputPlane,
                TargetWidth = shape.OutputWidth,
                Groups = groupTo - groupFrom,
                Planes = channels,
                Rows = to - from,
                Taps = shape.Taps,
                Accumulate = accumulate,
                Bias = biases == null ? null : biases + from,
            };
            work.Run(shape.ForwardTaps);
        }
    }

    static void Borders(ConvShape shape, Floats image, Floats w, Floats output, int groupFrom, int groupTo)
    {
        int groups = checked((int)(image.Length / shape.InputLength));
        Border.Length(image, groups * shape.InputLength);
        Border.Length(w, shape.WeightLength);
        Border.Length(output, groups * shape.OutputLength);
        Border.Range(groupFrom, groupTo, groups);
    }

    /// <summary>The first of a bias for every filter; null if there is none.</summary>
    internal static float* Biases(ConvShape shape, Floats bias)
    {
        if (bias.Length == 0)
            return null;
        Border.Length(bias, shape.Filters);
        return bias.Pointer;
    }

    /// <summary>
    /// dx[g][c][y][x] = Σ w[k][c][r][s] · dy[g][k][oy][ox] over all (oy, ox) that meet (y, x) through (r, s), for the
    /// groups of 16 samples and the channels named: w [K][C/groups][R][S], dy [G][K][OH][OW][16], dx [G][C][H][W][16].
    /// Bits: one chain of fused multiply-adds over (k, r, s) in index order from +0 (or from dx, if
    /// <paramref name="accumulate"/>), +0 instead of −0. Only taps that meet a pixel of dy are multiplied. Lanes do not
    /// meet.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or the range lies outside it.
    /// </exception>
    public static void InputGradient(
        ConvShape shape, Floats w, Floats dy, Floats dx, int groupFrom, int groupTo, int channelFrom, int channelTo,
        bool accumulate = false)
    {
        Borders(shape, dx, w, dy, groupFrom, groupTo);
        Border.Range(channelFrom, channelTo, shape.Channels);
        int channels = shape.GroupChannels, filters = shape.GroupFilters;
        for (int group = 0; group < shape.Groups; group++)
        {
            int from = Math.Max(channelFrom, group * channels), to = Math.Min(channelTo, (group + 1) * channels);
            nint weights = (nint)group * filters * channels + (from - group * channels);
            Rectangles work = new()
            {
                Weights = w.Pointer + weights * shape.Taps,
                WeightRow = shape.Taps,
                WeightPlane = (nint)channels * shape.Taps,
                Source = dy.Pointer + groupFrom * (nint)shape.OutputLength + (nint)group * filters * shape.OutputPlane,
                SourceGroup = (nint)shape.OutputLength,
                SourcePlane = shape.OutputPlane,
                SourceWidth = shape.OutputWidth,
                Target = dx.Pointer + groupFrom * (nint)shape.InputLength + (nint)from * shape.InputPlane,
                TargetGroup = (nint)shape.InputLength,
                TargetPlane = shape.InputPlane,
                TargetWidth = shape.Width,
                Groups = groupTo - groupFrom,
                Planes = filters,
                Rows = to - from,
                Taps = shape.Taps,
                Accumulate = accumulate,
            };
            work.Run(shape.GradientTaps);
        }
    }

    /// <summary>
    /// Groups of 16 samples and filters (for an input gradient: channels) that should be computed together, in one
    /// call. Groups: as many as have room in the second-level cache, if images are so small that one by itself does not
    /// fill register tiles, and weights are read once for all. Filters: few, unless the image of a group leaves no room
    /// there and should be read seldom.
    /// </summary>
    public static (int Groups, int Filters) Together(ConvShape shape, int groups, bool isGradient)
    {
        (long image, int rows) = isGradient ? (shape.OutputLength, shape.Channels) : (shape.InputLength, shape.Filters);
        if (image >= LargeImage)
        {
            long most = Math.Min(BlockWeights / (shape.WeightLength / rows), (long)rows * groups / LeastBlocks);
            return (1, (int)Math.Clamp(most, 2 * Tile.MaxRows, MostRows));
        }
        int plane = isGradient ? shape.InputPlane : shape.OutputPlane;
        if (plane > SmallPlane)
            return (1, Tile.MaxRows);
        int blocks = (rows + Tile.MaxRows - 1) / Tile.MaxRows;
        long together = Math.Min(LargeImage / image, (long)groups * blocks / LeastBlocks);
        return ((int)Math.Clamp(together, 1, groups), Tile.MaxRows);
    }

    /// <summary>Floats of 64 pixels: the rectangles of a larger plane fill register tiles.</summary>
    const int SmallPlane = 64 * Tile.Lanes;

    /// <summary>Floats of an image that leaves no room for others in a second-level cache: a mebibyte.</summary>
    const int LargeImage = 1 << 18;

    /// <summary>Weights of a block that have room there.</summary>
    const int BlockWeights = 1 << 17;

    /// <summary>Blocks that keep several threads busy.</summary>
    const int LeastBlocks = 8;

    const int MostRows = 128;

    /// <summary>
    /// Weights of the source planes taken at a time, so that they stay in the second-level cache for all pixels of a
    /// small image; the sums are carried through the target.
    /// </summary>
    const int WeightFloats = 80 * 1024;

    /// <summary>Terms whose pixels are brought together at a time, 160 KiB.</summary>
    const int PanelTerms = 640;

    /// <summary>
    /// Planes a multiple of so many floats apart share the sets of the first-level cache and few of the second's.
    /// </summary>
    const int Colliding = 1 << 12;

    /// <summary>
    /// Target planes as sums of weighted source planes over the rectangles of a <see cref="TapPlan"/>; forward and
    /// input gradient differ in strides only. Strides in floats, widths in pixels. A tile takes the pixels of a
    /// rectangle group after group of samples, so that small rectangles fill it as well.
    /// </summary>
    internal ref partial struct Rectangles
    {
        public float* Weights, Source, Target;
        public nint WeightRow, WeightPlane, SourceGroup, SourcePlane, TargetGroup, TargetPlane;
        public int SourceWidth, TargetWidth, Groups, Planes, Rows, Taps;
        public bool Accumulate;

        /// <summary>One for every row, added at the end of all its sums; null: none.</summary>
        public float* Bias;

        /// <summary>
        /// Source planes whose terms are one chain, the sums of which are added up in order; 0: a single chain.
        /// </summary>
        public int PlanesPerSum;

        Tile tile;

        [SkipLocalsInit]
        public void Run(TapPlan plan)
        {
            if (Rows <= 0 || Groups <= 0)
                return;
            tile.ARow = WeightRow;
            tile.AOuter = WeightPlane;
            tile.BOuter = SourcePlane;
            tile.CRow = TargetPlane;
            tile.Groups = 1;
            if (Rows >= 2 * Tile.MaxRows && SourcePlane % Colliding == 0 && Planes * SourcePlane >= LargeImage
                && Taps <= PanelTerms && PlanesPerSum == 0)
            {
                float* panel = stackalloc float[PanelTerms * Gemm.PanelRow];
                Packed(plan, panel);
                return;
            }
            int unit = Math.Max(1, PlanesPerSum);
            Cut blocks = new((Planes + unit - 1) / unit, (int)Math.Max(1, WeightFloats / (Rows * (long)Taps * unit)));
            for (int plane = 0, count, part = 0; plane < Planes; plane += count, part++)
            {
                count = Math.Min(blocks.Size(part) * unit, Planes - plane);
                for (int i = 0; i < plan.Rows.Length; i++)
                    Band(plan, i, plane, count);
            }
        }

        /// <summary>
        /// A few rows of pixels that meet the same taps vertically, from the left border to the right.
        /// </summary>
        void Band(TapPlan plan, int rowRun, int plane, int planes)
        {
            TapRun rows = plan.Rows[rowRun];
            int height = BandHeight(rows.Count);
            for (int row = 0; row < rows.Count; row += height)
            {
                for (int j = 0; j < plan.Columns.Length; j++)
                {
                    Step[] steps = plan.Steps[rowRun * plan.Columns.Length + j];
                    tile.Steps = (Step*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(steps));
                    tile.Inner = steps.Length;
                    Rectangle(rows, plan.Columns[j], row, Math.Min(height, rows.Count - row), plane, planes);
                }
            }
        }

        static int BandHeight(int count) => count <= 8 ? count : 4;

        void Rectangle(TapRun rows, TapRun columns, int rowFrom, int height, int plane, int planes)
        {
            int pixels = height * columns.Count * Groups, x = 0, y = 0;
            Cut tiles = new(pixels, Tile.MaxColumns), rowTiles = new(Rows, Tile.RowsFor(pixels));
            float* from = Source + plane * SourcePlane, to = Target;
            for (int pixel = 0, count, part = 0; pixel < pixels; pixel += count, part++)
            {
                count = tiles.Size(part);
                for (int j = 0; j < count; j++)
                {
                    nint source = (nint)(rowFrom + y) * rows.SourceStep * SourceWidth + x * columns.SourceStep;
                    nint target = (nint)(rows.Start + (rowFrom + y) * rows.Step) * TargetWidth
                        + columns.Start + x * columns.Step;
                    tile.SetColumn(j, from + source * Tile.Lanes, to + target * Tile.Lanes);
                    if (++x < columns.Count)
                        continue;
                    (x, y) = (0, y + 1);
                    if (y < height)
                        continue;
                    y = 0;
                    from += SourceGroup;
                    to += TargetGroup;
                }
                for (int row = 0, size, rowPart = 0; row < Rows; row += size, rowPart++)
                {
                    size = rowTiles.Size(rowPart);
                    tile.CStart = row * TargetPlane;
                    Sums(row, size, count, plane, planes);
                }
            }
        }

        /// <summary>The chains of one tile.</summary>
        void Sums(int row, int rows, int columns, int plane, int planes)
        {
            float* weights = Weights + plane * WeightPlane + row * WeightRow;
            int perSum = PlanesPerSum == 0 ? planes : PlanesPerSum;
            for (int i = 0; i < planes; i += perSum)
            {
                bool isFirst = plane + i == 0;
                tile.Outer = Math.Min(perSum, planes - i);
                tile.Accumulate = PlanesPerSum == 0 && (Accumulate || !isFirst);
                tile.Adds = PlanesPerSum > 0 && (Accumulate || !isFirst);
                tile.Bias = BiasOf(row, isLast: plane + i + (int)tile.Outer == Planes);
                tile.A = weights + i * WeightPlane;
                tile.BStart = i * SourcePlane;
                tile.Run(rows, columns);
            }
        }

        readonly float* BiasOf(int row, bool isLast) => isLast && Bias != null ? Bias + row : null;
    }
}
