namespace Ceteris.Kernels;

/// <summary>
/// Convolutions with a 3 × 3 window and stride 1 by Winograd's minimal filtering F(4×4, 3×3) (A. Lavin, S. Gray, "Fast
/// algorithms for convolutional neural networks", 2015). A tile of 4 × 4 outputs comes from a patch of 6 × 6 pixels
/// with 36 multiplications per channel and filter instead of 144:
/// <code>
/// Y = Aᵀ [Σ_c (G g Gᵀ) ⊙ (Bᵀ d B)] A
///
///      | p²q²   0   -p²-q²    0      1   0 |       |  1/p²q²     0        0     |
///      |   0  -pq²    -q²     p      1   0 |       |  1/Np     p/Np    p²/Np    |       | 1  1  1  1  1  0 |
/// Bᵀ = |   0   pq²    -q²    -p      1   0 |   G = |  1/Np    -p/Np    p²/Np    |  Aᵀ = | 0  p -p  q -q  0 |
///      |   0  -p²q    -p²     q      1   0 |       |  1/Nq     q/Nq    q²/Nq    |       | 0  p² p² q² q² 0 |
///      |   0   p²q    -p²    -q      1   0 |       |  1/Nq    -q/Nq    q²/Nq    |       | 0  p³-p³ q³-q³ 1 |
///      |   0  p²q²     0   -p²-q²    0   1 |       |   0         0        1     |
/// </code>
/// for patch d and window g, with Np = 2p²(p²−q²), Nq = 2q²(q²−p²); the sum is 36 matrix products. The points are
/// p = 5/8, q = 3/2, where Bᵀ and Aᵀ are exact in floats and the error is less than half that of the paper's 1 and 2.
/// The gradient for the input is the same with windows turned by half a turn and channels and filters exchanged; the
/// gradient for the weight is <c>Gᵀ [Σ (Bᵀ d B) ⊙ (A δ Aᵀ)] G</c> over tiles δ of dy. Pixels outside the image are
/// zeros, tiles may reach beyond it.
/// Bits: the transforms as <see cref="WinogradTransform"/> writes them, first along columns, then along rows; the sums
/// one chain of fused multiply-adds in index order from +0, +0 instead of −0. Another definition than that of
/// <see cref="Convolution"/>, so it is chosen by shape alone. Its error against exact arithmetic is about twice as
/// large: relative L2 8·10⁻⁷ for 64 channels, 2·10⁻⁶ for 512.
/// </summary>
/// <remarks>
/// Images stay in lanes, so the transforms are plain arithmetic on vectors. Work goes by blocks of at most 64 rows, 64
/// columns and 64 terms of the 36 products, and in a block by two rows of elements: 0.2 MB of either factor and 0.6 MB
/// of sums stay in the second-level cache. Both factors are transformed anew for every block, which costs less than to
/// fetch them from memory, where they would be 2.25 and 4 times as large as what they come from.
/// </remarks>
public static unsafe partial class Winograd
{
    /// <summary>Channels or filters that go together best: the rows of the products' blocks.</summary>
    public const int Block = 64;

    /// <summary>Tiles, of 16 samples each, that go together best: the columns of the products' blocks.</summary>
    public const int TileBlock = Tile.MaxColumns;

    /// <summary>Channels, and filters, that a convolution needs at least.</summary>
    const int LeastChannels = 32;

    /// <summary>Multiplications that must be saved at least, as a factor.</summary>
    const double LeastGain = 1.5;

    /// <summary>Pixels of a patch, elements of a transformed tile along an axis.</summary>
    const int Patch = 6, Elements = Patch * Patch, Taps = 9;

    /// <summary>Floats of one element's block; no power of two, so that the elements do not share cache sets.</summary>
    const int Plane = Block * Block + Tile.Lanes;

    /// <summary>
    /// Whether the convolution is defined this way: windows 3 × 3, stride 1, undilated, ungrouped, 32 channels and
    /// filters or more, and images on which tiles save multiplications against <see cref="Convolution"/>, which skips
    /// those on padding.
    /// </summary>
    public static bool Suits(ConvShape shape)
    {
        ConvAxis rows = shape.Rows, columns = shape.Columns;
        if (!Suits(rows) || !Suits(columns) || shape.Groups != 1
            || Math.Min(shape.Channels, shape.Filters) < LeastChannels)
            return false;
        return (double)Hits(rows) * Hits(columns) >= LeastGain * Elements * Tiles(shape);
    }

    /// <summary>Tiles of the output of one image.</summary>
    public static int Tiles(ConvShape shape) =>
        WinogradGrid.Parts(shape.OutputHeight) * WinogradGrid.Parts(shape.OutputWidth);

    static bool Suits(ConvAxis axis) => axis is { Kernel: 3, Stride: 1, Dilation: 1 };

    /// <summary>Pairs of an output and a tap on the image.</summary>
    static long Hits(ConvAxis axis) => axis.Valid.Sum(v => (long)v.To - v.From);

    /// <summary>Floats of scratch memory that each of the functions needs, whatever their contents.</summary>
    public static long ScratchFloats => Scratch.Length;

    /// <summary>
    /// Where things lie in scratch memory. Of the two factors of the products there are two rows of elements at a time:
    /// what is written next should not drive out of the cache what is read next.
    /// </summary>
    readonly struct Scratch(float* start)
    {
        const int Factor = 2 * Patch * Plane, AllFactors = 3 * Factor, Result = Elements * Plane;
        const int TurnedFloats = TileBlock * 16 * Tile.Lanes * Block, ZeroFloats = Patch * Tile.Lanes;

        public const long Length = AllFactors + Factor + Result + TurnedFloats + ZeroFloats + 4 * Block;

        /// <summary>Weights: [element][term][row] for two rows of elements, or for all three pairs of rows.</summary>
        public readonly float* Weights = start;

        /// <summary>Pixels: [element][term][column].</summary>
        public readonly float* Pixels = start + AllFactors;

        /// <summary>[element][row][column] for all elements.</summary>
        public readonly float* Sums = start + AllFactors + Factor;

        /// <summary>Weights or pixels turned so that lanes are filters; a tile that is cut off.</summary>
        public readonly float* Turned = start + AllFactors + Factor + Result;

        /// <summary>A row of zeros, to stand for those outside the image.</summary>
        public readonly float* Zeros = start + AllFactors + Factor + Result + TurnedFloats;

        public readonly Step* Steps = (Step*)(start + AllFactors + Factor + Result + TurnedFloats + ZeroFloats);
    }

    /// <summary>
    /// Cₑ[rows][columns · 16] (+)= Aₑ · Bₑ for two rows of elements e. A(r, t) at r · ARow + t · ATerm, B(t, ·) at
    /// t · BTerm, C(r, ·) at r · CRow; of C there are all elements.
    /// </summary>
    readonly record struct Products(nint ARow, nint ATerm, nint BTerm, nint CRow)
    {
        public void Run<TPair>(
            in Scratch scratch, float* a, float* b, int rows, int columns, int terms, bool accumulate)
            where TPair : struct, IRowPair
        {
            for (int t = 0; t < terms; t++)
                scratch.Steps[t] = new(t * ATerm, t * BTerm);
            Tile tile = new()
            {
                ARow = ARow,
                CRow = CRow,
                Steps = scratch.Steps,
                Inner = terms,
                Outer = 1,
                Groups = 1,
                Accumulate = accumulate,
            };
            Cut cut = new(rows, Tile.RowsFor(columns));
            (int first, int second) = PatchTransform.Outputs(TPair.Index);
            for (int e = 0; e < 2 * Patch; e++, a += Plane, b += Plane)
            {
                float* c = scratch.Sums + (e < Patch ? first * Patch + e : (second - 1) * Patch + e) * Plane;
                for (int j = 0; j < columns; j++)
                    tile.SetColumn(j, b + j * Tile.Lanes, c + j * Tile.Lanes);
                for (int row = 0, size, part = 0; row < rows; row += size, part++)
                {
                    size = cut.Size(part);
                    tile.A = a + row * ARow;
                    tile.CStart = row * CRow;
                    tile.Run(size, columns);
                }
            }
        }
    }
}
