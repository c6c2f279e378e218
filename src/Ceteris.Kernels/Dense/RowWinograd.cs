namespace Ceteris.Kernels;

/// <summary>
/// Convolutions with windows 3 or 5 wide by Winograd's minimal filtering along rows, F(6, 3) and F(4, 5): 8
/// multiplications for 6 or 4 neighbouring outputs instead of 18 or 20.
/// </summary>
public static unsafe partial class RowWinograd
{
    /// <summary>Pixels of a patch, elements of a transformed tile.</summary>
    internal const int Elements = 8;

    /// <summary>Channels, and filters, that a convolution needs at least.</summary>
    const int LeastChannels = 16;

    /// <summary>Multiplications that must be saved at least, as a factor.</summary>
    const double LeastGain = 1.5;

    /// <summary>
    /// Whether the convolution is defined this way.
    /// </summary>
    public static bool Suits(ConvShape shape)
    {
        if (shape.RowTiles is null || Math.Min(shape.Channels, shape.Filters) < LeastChannels || Winograd.Suits(shape))
            return false;
        long hits = shape.Columns.Valid.Sum(v => (long)v.To - v.From);
        return hits >= LeastGain * Elements * shape.RowTiles.Across;
    }

    /// <summary>Tiles of the output of one image.</summary>
    public static int Tiles(ConvShape shape) => shape.OutputHeight * Of(shape).Across;

    /// <summary>Groups of 16 samples that <see cref="WeightGradient"/> sums lane by lane.</summary>
    public static int GroupsTogether(ConvShape shape) => Of(shape).GroupsTogether;

    /// <summary>Floats of scratch memory that each of the functions needs, whatever their contents.</summary>
    public static long ScratchFloats(ConvShape shape)
    {
        RowTiles tiles = Of(shape);
        long correlation = 2 * Edge + Elements * (long)(WindowElement(shape)
            + Math.Max(tiles.Forward.SourceElement, tiles.Gradient.SourceElement)
            + Math.Max(tiles.Forward.TargetElement, tiles.Gradient.TargetElement));
        return Math.Max(correlation, WeightSums.ScratchFloats(shape));
    }

    /// <summary>A patch or a tile that reaches beyond the image.</summary>
    const int Edge = Elements * Tile.Lanes;

    /// <summary>Floats of one element of all windows: [filter][channel][row].</summary>
    static int WindowElement(ConvShape shape) =>
        RowTiles.Plane((long)shape.Filters * shape.Channels * shape.KernelHeight);

    static RowTiles Of(ConvShape shape) => shape.RowTiles ?? throw new ArgumentException(
        "expected a window 3 or 5 wide with stride 1 along rows, undilated, in one group", nameof(shape));
}
