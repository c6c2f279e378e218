namespace Ceteris.Kernels;

/// <summary>
/// Convolutions with windows 3 or 5 wide and stride 1 along rows by Winograd's minimal filtering of one dimension,
/// F(6, 3) and F(4, 5) (S. Winograd, "Arithmetic complexity of computations", 1980): m = 6 or 4 neighbouring outputs
/// come from a patch of 8 pixels with 8 multiplications per channel, filter and row of the window instead of 18 or 20:
/// <code>
/// y = Aᵀ Σ_{c,r} (G g) ⊙ (Bᵀ d)
///
///      | 1   0   -21/4    0    21/4    0     -1  0 |      |  1      0       0   …  0 |       | 1  1  1 …   0 |
///      | 0   2     4    -5/2    -5    1/2     1  0 |      |     x^j / N(x)           |       | 0    x    …   0 |
/// Bᵀ = |                    …                     |  G = | x = ½, -½, 1, -1, 2, -2  |  Aᵀ = | …    x^i      |
///      | 0  -1     0    21/4    0   -21/4    0  1 |      |  0      0       0   …  1 |       | 0 x^(m-1)  …  1 |
/// </code>
/// with N(±½) = 45/32, N(±1) = −9/2, N(±2) = 90 and, in the middle of Bᵀ, the polynomial with the roots 0, ±½, ±1, ±2
/// but x. With these points Bᵀ and Aᵀ are exact in floats; of all triples in eighths only one has a smaller error, by
/// 5 %. For each of the eight elements the sum is a convolution with an R × 1 window, so rows may have any stride,
/// dilation and padding, and chains are R times as long as those of <see cref="Winograd"/>, without its second pass of
/// transforms: worth it from a few channels on.
/// The gradients are the adjoints, with the same eight numbers for every tile: <c>dx = B Σ_{k,r} (G g) ⊙ (A δ)</c>,
/// patches added where they overlap, and <c>dg = Gᵀ Σ (Bᵀ d) ⊙ (A δ)</c>, where δ is a tile of dy. Pixels outside the
/// image are zeros, tiles may reach beyond it.
/// Bits: the transforms as <see cref="RowTransform"/> writes them, the sums chains of fused multiply-adds in the order
/// of <see cref="Convolution"/> from +0, +0 instead of −0: one for windows 5 wide, one for every 24 terms for windows 3
/// wide, added up in order, for the powers up to 2⁵ of Aᵀ magnify what a longer chain rounds away. Another definition
/// than those of <see cref="Convolution"/> and <see cref="Winograd"/>, so it is chosen by shape alone. Its error
/// against exact arithmetic is at most about twice that of the direct way: relative L2 5·10⁻⁷ for 20 channels and a
/// 3 × 3 window, 8·10⁻⁷ for 5 × 5.
/// </summary>
/// <remarks>
/// Images stay in lanes, so the transforms are plain arithmetic on vectors. Tiles go by strips of all rows, targets by
/// blocks, so that a strip's transformed pixels and a block's sums stay in the second-level cache.
/// </remarks>
public static unsafe partial class RowWinograd
{
    /// <summary>Pixels of a patch, elements of a transformed tile.</summary>
    internal const int Elements = 8;

    /// <summary>Multiplications that must be saved at least, as a factor.</summary>
    const double LeastGain = 1.8;

    /// <summary>
    /// Multiplications that must be saved at least per element of pixels and sums, for windows 3 and 5 wide.
    /// </summary>
    const int LeastSavedOfThree = 30, LeastSavedOfFive = 20;

    /// <summary>Terms of a chain where windows are 3 wide.</summary>
    const int TermsPerSum = 24;

    /// <summary>
    /// Whether the convolution is defined this way: windows 3 or 5 wide, stride 1 along rows, not dilated there,
    /// ungrouped, not of those that <see cref="Winograd"/> takes, and with multiplications enough to save against
    /// <see cref="Convolution"/>, which skips those on padding, to pay for the transforms.
    /// </summary>
    public static bool Suits(ConvShape shape)
    {
        if (shape.RowTiles is not { } tiles || Winograd.Suits(shape))
            return false;
        long hits = shape.Columns.Valid.Sum(v => (long)v.To - v.From), products = Elements * tiles.Across;
        long windows = (long)shape.Filters * shape.Channels * shape.KernelHeight * shape.OutputHeight;
        long written = (long)shape.Channels * shape.Height + (long)shape.Filters * shape.OutputHeight;
        int leastSaved = shape.KernelWidth == 3 ? LeastSavedOfThree : LeastSavedOfFive;
        return hits >= LeastGain * products && windows * (hits - products) >= leastSaved * written * products;
    }

    /// <summary>Tiles of the output of one image.</summary>
    public static int Tiles(ConvShape shape) => shape.OutputHeight * Of(shape).Across;

    /// <summary>Groups of 16 samples that <see cref="WeightGradient"/> sums lane by lane.</summary>
    public static int GroupsTogether(ConvShape shape) => Of(shape).GroupsTogether;

    /// <summary>Source planes of a chain of sums; such chains are added up in order. 0: a single chain.</summary>
    public static int PlanesPerSum(ConvShape shape) =>
        shape.KernelWidth == 3 ? Math.Max(1, TermsPerSum / shape.KernelHeight) : 0;

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
