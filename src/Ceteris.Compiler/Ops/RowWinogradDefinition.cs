using Ceteris.Kernels;

using static Ceteris.Compiler.RowTransformDefinition;

namespace Ceteris.Compiler;

/// <summary>
/// The scalar definition of convolutions by <see cref="RowWinograd"/>, which has the matrices: every row is cut into
/// overlapping patches of 8 pixels and tiles of 6 or 4 outputs, zeros outside the image.
/// </summary>
static class RowWinogradDefinition
{
    const int Elements = 8;

    /// <summary>
    /// y = x ∗ w for the samples named. Per element chains of fused multiply-adds over (c, r) in order from +0, rows
    /// outside the image left out, + 0, one for as many channels as <see cref="RowWinograd.PlanesPerSum"/> says, and
    /// added up in order; then the transform to outputs.
    /// </summary>
    public static void Forward(
        ConvSettings settings, ReadOnlySpan<float> x, Shape xShape, ReadOnlySpan<float> w, Shape wShape, Span<float> y,
        Shape yShape, int from, int to)
    {
        Rows rows = new(settings, xShape, wShape, yShape);
        var windows = Windows(w, wShape);
        var patches = new float[x.Length / xShape[3] / xShape[0] * rows.Tiles * Elements];
        int terms = TermsPerSum(settings, xShape, wShape, wShape[1]), all = wShape[1] * wShape[2];
        Span<float> sums = stackalloc float[Elements], totals = stackalloc float[Elements];
        Span<float> outputs = stackalloc float[rows.Side];
        for (int n = from; n < to; n++)
        {
            rows.Patches(x, n, patches);
            for (int i = 0; i < yShape[1] * yShape[2] * rows.Tiles; i++)
            {
                int tile = i % rows.Tiles, p = i / rows.Tiles % yShape[2], k = i / rows.Tiles / yShape[2];
                totals.Clear();
                for (int first = 0; first < all; first += terms)
                {
                    sums.Clear();
                    for (int tap = first; tap < Math.Min(first + terms, all); tap++)
                    {
                        int c = tap / wShape[2], h = rows.Row(p, tap % wShape[2]), window = k * wShape[1] * wShape[2];
                        if ((uint)h < (uint)xShape[2])
                            Add(windows, window + tap, patches, rows.At(c, xShape[2], h, tile), sums);
                    }
                    AddUp(sums, totals);
                }
                Interpolate(totals, outputs, scaled: false);
                for (int j = 0; j < Math.Min(rows.Side, yShape[3] - (tile * rows.Side)); j++)
                    y[Index(yShape, n, k, p, (tile * rows.Side) + j)] = outputs[j];
            }
        }
    }

    /// <summary>
    /// dx for the samples named, by the transposes of the transforms. Per element chains of fused multiply-adds over
    /// (k, r) in order from +0, rows that meet no output left out, + 0, and added up as forward; then the transform to a
    /// patch. Where two patches overlap they are added, the left one first.
    /// </summary>
    public static void InputGradient(
        ConvSettings settings, ReadOnlySpan<float> dy, Shape yShape, ReadOnlySpan<float> w, Shape wShape,
        Span<float> dx, Shape xShape, int from, int to)
    {
        Rows rows = new(settings, xShape, wShape, yShape);
        var windows = Windows(w, wShape);
        var tiles = new float[dy.Length / yShape[3] / yShape[0] * rows.Tiles * Elements];
        int terms = TermsPerSum(settings, xShape, wShape, wShape[0]), all = wShape[0] * wShape[2];
        Span<float> sums = stackalloc float[Elements], totals = stackalloc float[Elements];
        Span<float> patch = stackalloc float[Elements];
        for (int n = from; n < to; n++)
        {
            rows.Gradients(dy, n, tiles);
            for (int i = 0; i < xShape[1] * xShape[2] * rows.Tiles; i++)
            {
                int tile = i % rows.Tiles, h = i / rows.Tiles % xShape[2], c = i / rows.Tiles / xShape[2];
                totals.Clear();
                for (int first = 0; first < all; first += terms)
                {
                    sums.Clear();
                    for (int tap = first; tap < Math.Min(first + terms, all); tap++)
                    {
                        int k = tap / wShape[2], r = tap % wShape[2];
                        if (rows.Output(h, r) is { } p)
                            Add(windows, (((k * wShape[1]) + c) * wShape[2]) + r, tiles, rows.At(k, yShape[2], p, tile),
                                sums);
                    }
                    AddUp(sums, totals);
                }
                OfPatchGradient(totals, patch);
                for (int j = 0; j < Elements; j++)
                {
                    int v = rows.Column(tile) + j;
                    if ((uint)v >= (uint)xShape[3])
                        continue;
                    ref float pixel = ref dx[Index(xShape, n, c, h, v)];
                    pixel = tile > 0 && j < wShape[3] - 1 ? pixel + patch[j] : patch[j];
                }
            }
        }
    }

    /// <summary>
    /// dw[k, c], [R, S], summed over the groups named, <see cref="RowWinograd.GroupsTogether"/> at a time. Per element,
    /// row of the window and lane one chain of fused multiply-adds over (group, p, tile) in order from +0, rows outside
    /// the image being zeros; then the tree of lanes, + 0; what the groups that go together give is added up in order.
    /// Then the transform to a row of the window, + 0.
    /// </summary>
    public static void WindowGradient(
        ConvSettings settings, ReadOnlySpan<float> x, Shape xShape, ReadOnlySpan<float> dy, Shape yShape, Shape wShape,
        int k, int c, int groupFrom, int groupTo, Span<float> window)
    {
        Rows rows = new(settings, xShape, wShape, yShape);
        int together = RowWinograd.GroupsTogether(ConvShapes.Of(settings, xShape, wShape));
        Span<float> totals = stackalloc float[Elements], lanes = stackalloc float[Elements * 16];
        Span<float> lane = stackalloc float[16], row = stackalloc float[wShape[3]];
        Span<float> patch = stackalloc float[Elements], tile = stackalloc float[Elements];
        for (int r = 0; r < wShape[2]; r++)
        {
            totals.Clear();
            for (int group = groupFrom; group < groupTo; group += together)
            {
                lanes.Clear();
                int end = Math.Min(Math.Min(group + together, groupTo) * 16, xShape[0]);
                for (int n = group * 16; n < end; n++)
                {
                    for (int i = 0; i < yShape[2] * rows.Tiles; i++)
                    {
                        int p = i / rows.Tiles, t = i % rows.Tiles;
                        rows.Patch(x, n, c, rows.Row(p, r), t, patch);
                        rows.Gradient(dy, n, k, p, t, tile);
                        for (int e = 0; e < Elements; e++)
                        {
                            ref float sum = ref lanes[(e * 16) + (n % 16)];
                            sum = MathF.FusedMultiplyAdd(tile[e], patch[e], sum);
                        }
                    }
                }
                for (int e = 0; e < Elements; e++)
                {
                    lanes.Slice(e * 16, 16).CopyTo(lane);
                    float sum = LaneTree.Combine(ReduceKind.Sum, lane) + 0f;
                    totals[e] = group == groupFrom ? sum : totals[e] + sum;
                }
            }
            Interpolate(totals, row, scaled: true);
            for (int s = 0; s < wShape[3]; s++)
                window[(r * wShape[3]) + s] = row[s] + 0f;
        }
    }

    /// <summary>How rows are cut and which meet.</summary>
    readonly struct Rows(ConvSettings settings, Shape x, Shape w, Shape y)
    {
        public int Side => Elements + 1 - w[3];

        /// <summary>Tiles of a row.</summary>
        public int Tiles => (y[3] + Side - 1) / Side;

        /// <summary>The first column of a patch.</summary>
        public int Column(int tile) => (tile * Side) - settings.Padding.W;

        /// <summary>The row of x that output row <paramref name="p"/> meets; may lie outside.</summary>
        public int Row(int p, int r) => (p * settings.Stride.H) + (r * settings.Dilation.H) - settings.Padding.H;

        /// <summary>The row of y that meets row <paramref name="h"/>, if there is one.</summary>
        public int? Output(int h, int r)
        {
            int distance = h + settings.Padding.H - (r * settings.Dilation.H);
            return distance >= 0 && distance % settings.Stride.H == 0 && distance / settings.Stride.H < y[2]
                ? distance / settings.Stride.H : null;
        }

        /// <summary>Where the tiles of a row are among those of an image.</summary>
        public int At(int plane, int height, int row, int tile) => (((plane * height) + row) * Tiles) + tile;

        public void Patches(ReadOnlySpan<float> image, int n, Span<float> to)
        {
            for (int i = 0; i < x[1] * x[2] * Tiles; i++)
            {
                int h = i / Tiles % x[2], c = i / Tiles / x[2];
                Patch(image, n, c, h, i % Tiles, to.Slice(i * Elements, Elements));
            }
        }

        public void Patch(ReadOnlySpan<float> image, int n, int c, int h, int tile, Span<float> to)
        {
            Span<float> pixels = stackalloc float[Elements];
            Cut(image, x, n, c, h, Column(tile), pixels);
            OfPatch(pixels, to);
        }

        public void Gradients(ReadOnlySpan<float> image, int n, Span<float> to)
        {
            for (int i = 0; i < y[1] * y[2] * Tiles; i++)
            {
                int p = i / Tiles % y[2], k = i / Tiles / y[2];
                Gradient(image, n, k, p, i % Tiles, to.Slice(i * Elements, Elements));
            }
        }

        public void Gradient(ReadOnlySpan<float> image, int n, int k, int p, int tile, Span<float> to)
        {
            Span<float> pixels = stackalloc float[Side];
            Cut(image, y, n, k, p, tile * Side, pixels);
            Evaluate(pixels, to, scaled: false);
        }

        /// <summary>Neighbouring pixels of a row, zero outside the image.</summary>
        static void Cut(ReadOnlySpan<float> image, Shape shape, int n, int c, int h, int left, Span<float> pixels)
        {
            for (int i = 0; i < pixels.Length; i++)
            {
                bool inside = (uint)h < (uint)shape[2] && (uint)(left + i) < (uint)shape[3];
                pixels[i] = inside ? image[Index(shape, n, c, h, left + i)] : 0f;
            }
        }
    }

    /// <summary>U of all rows of all windows of w [K, C, R, S]: [k][c][r][8].</summary>
    static float[] Windows(ReadOnlySpan<float> w, Shape shape)
    {
        var windows = new float[w.Length / shape[3] * Elements];
        for (int i = 0; i < w.Length / shape[3]; i++)
            Evaluate(w.Slice(i * shape[3], shape[3]), windows.AsSpan(i * Elements, Elements), scaled: true);
        return windows;
    }

    static int Index(Shape shape, int n, int c, int h, int w) =>
        (((((n * shape[1]) + c) * shape[2]) + h) * shape[3]) + w;

    static void Add(ReadOnlySpan<float> a, int i, ReadOnlySpan<float> b, int j, Span<float> sums)
    {
        for (int e = 0; e < Elements; e++)
            sums[e] = MathF.FusedMultiplyAdd(a[(i * Elements) + e], b[(j * Elements) + e], sums[e]);
    }

    static int TermsPerSum(ConvSettings settings, Shape x, Shape w, int planes)
    {
        int perSum = RowWinograd.PlanesPerSum(ConvShapes.Of(settings, x, w));
        return w[2] * (perSum == 0 ? planes : perSum);
    }

    /// <summary>What a chain gave, +0 instead of −0.</summary>
    static void AddUp(ReadOnlySpan<float> sums, Span<float> totals)
    {
        for (int e = 0; e < Elements; e++)
            totals[e] += sums[e];
    }
}
