using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// Rows of images cut into tiles and put together again: [row][width][16] ↔ [element][row][tile][16]. Tile t has the
/// pixels from <paramref name="left"/> + t · <paramref name="side"/> on; those outside the image are zeros, or dropped.
/// </summary>
/// <param name="rows">Rows of all planes.</param>
/// <param name="width">Pixels of a row.</param>
/// <param name="left">Where the first tile begins; may lie outside the image.</param>
/// <param name="side">Pixels from one tile to the next.</param>
/// <param name="tiles">Tiles of a row.</param>
/// <param name="plane">Floats from one element to the next.</param>
/// <param name="edge">Room for a tile that is not whole.</param>
readonly unsafe ref struct RowTiling(int rows, int width, int left, int side, int tiles, nint plane, float* edge)
{
    /// <summary>Bᵀ of overlapping patches of 8.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Patches<T>(float* image, float* to) where T : struct, ILanes<T>
    {
        for (int row = 0; row < rows; row++, image += width * Tile.Lanes)
        {
            int x = left;
            for (int t = 0; t < tiles; t++, x += side, to += Tile.Lanes)
                RowTransform.Patch<T>(Whole(image, x, RowWinograd.Elements), to, plane);
        }
    }

    /// <summary>A of tiles of a gradient.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Gradients<T, TSide>(float* image, float* to) where T : struct, ILanes<T> where TSide : struct, ICount
    {
        for (int row = 0; row < rows; row++, image += width * Tile.Lanes)
        {
            int x = left;
            for (int t = 0; t < tiles; t++, x += side, to += Tile.Lanes)
            {
                RowTransform.Evaluate<T, TSide>(
                    Whole(image, x, TSide.Value), Tile.Lanes, to, plane, isScaled: false);
            }
        }
    }

    /// <summary>Aᵀ: tiles of outputs, and to each <paramref name="addend"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Outputs<T, TSide>(float* from, float* image, float addend)
        where T : struct, ILanes<T> where TSide : struct, ICount
    {
        for (int row = 0; row < rows; row++, image += width * Tile.Lanes)
        {
            int x = left;
            for (int t = 0; t < tiles; t++, x += side, from += Tile.Lanes)
            {
                bool isWhole = x + TSide.Value <= width;
                RowTransform.Interpolate<T, TSide>(
                    from, plane, isWhole ? image + x * Tile.Lanes : edge, Tile.Lanes, isScaled: false, addend);
                if (!isWhole)
                    Copy(edge, image + x * Tile.Lanes, width - x);
            }
        }
    }

    /// <summary>
    /// B: what overlapping patches add to the pixels. The first <paramref name="adds"/> says whether there is something
    /// to the left of the first tile that its patch adds to.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void PatchGradients<T, TWindow>(float* from, float* image, bool adds)
        where T : struct, ILanes<T> where TWindow : struct, ICount
    {
        for (int row = 0; row < rows; row++, image += width * Tile.Lanes)
        {
            int x = left;
            for (int t = 0; t < tiles; t++, x += side, from += Tile.Lanes)
            {
                bool overlaps = adds || t > 0;
                if (x < 0 || x + RowWinograd.Elements > width)
                    Cut<T, TWindow>(from, image, x, overlaps);
                else if (overlaps)
                    RowTransform.PatchGradient<T, TWindow>(from, plane, image + x * Tile.Lanes, adds: true);
                else
                    RowTransform.PatchGradient<T, TWindow>(from, plane, image + x * Tile.Lanes, adds: false);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    void Cut<T, TWindow>(float* from, float* image, int x, bool overlaps)
        where T : struct, ILanes<T> where TWindow : struct, ICount
    {
        RowTransform.PatchGradient<T, TWindow>(from, plane, edge, adds: false);
        for (int i = Math.Max(0, -x); i < Math.Min(RowWinograd.Elements, width - x); i++)
        {
            float* to = image + (x + i) * Tile.Lanes;
            V value = Vector512.Load(edge + i * Tile.Lanes);
            (overlaps && i < TWindow.Value - 1 ? Vector512.Load(to) + value : value).Store(to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    float* Whole(float* row, int x, int count) =>
        x >= 0 && x + count <= width ? row + x * Tile.Lanes : Cut(row, x, count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    float* Cut(float* row, int x, int count)
    {
        int from = Math.Clamp(-x, 0, count), to = Math.Clamp(width - x, from, count);
        new Span<float>(edge, count * Tile.Lanes).Clear();
        Copy(row + (x + from) * Tile.Lanes, edge + from * Tile.Lanes, to - from);
        return edge;
    }

    static void Copy(float* from, float* to, int pixels) =>
        new Span<float>(from, pixels * Tile.Lanes).CopyTo(new(to, pixels * Tile.Lanes));
}
