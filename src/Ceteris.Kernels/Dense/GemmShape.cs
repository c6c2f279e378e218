namespace Ceteris.Kernels;

/// <summary>
/// What <see cref="Gemm"/> multiplies: <c>C(m, j) = Σₖ A(m, k) · B(k, j)</c>, where A(m, k) is one float and B(k, j),
/// C(m, j) are vectors of 16 floats, the columns. Four uses, one kernel; they differ in strides only. With G = ⌈N/16⌉
/// groups of samples:
/// <list type="bullet">
/// <item><see cref="LanesForward"/>: y[g][o][16] = Σᵢ W[o][i] · x[g][i][16]</item>
/// <item><see cref="LanesInputGradient"/>: dx[g][i][16] = Σₒ W[o][i] · dy[g][o][16]</item>
/// <item><see cref="WeightGradient"/>: dW[o][i..i+16] = Σₙ dy[n / 16][o][n % 16] · x[n][i..i+16], x possibly in
/// lanes</item>
/// <item><see cref="Plain"/>: C[m][n..n+16] = Σₖ A[m][k] · B[k][n..n+16], A possibly transposed</item>
/// </list>
/// </summary>
public sealed record GemmShape
{
    /// <summary>The longest table of steps.</summary>
    internal const int MaxInner = 32;

    GemmShape()
    {
    }

    /// <summary>Rows of A and C.</summary>
    public int Rows { get; private init; }

    /// <summary>Columns of B and C, each a vector of 16 floats.</summary>
    public int Columns { get; private init; }

    /// <summary>Terms of the sum.</summary>
    public int Contraction { get; private init; }

    /// <summary>Rows that the kernel computes side by side: ranges of whole units are the cheapest.</summary>
    public int RowUnit => AlongWeights ? Gemm.PanelRow : Tile.MaxRows;

    /// <summary>Columns that the kernel computes side by side.</summary>
    public int ColumnUnit => AlongWeights ? Gemm.SumGroups : Tile.MaxColumns;

    /// <summary>Columns of B are turned before they are multiplied: ranges of all rows are the cheapest.</summary>
    public bool TurnsColumns => Turned > 0;

    /// <summary>How many floats of the last column exist; those beyond are never written.</summary>
    public int LastWidth { get; private init; } = Tile.Lanes;

    /// <summary>
    /// A lies along the rows, and is too large for a cache: it takes the part of B, and what comes out is transposed.
    /// </summary>
    internal bool AlongWeights { get; private init; }

    /// <summary>Whether B, in lanes, exceeds a second-level cache: every column comes from far away, once.</summary>
    internal bool IsStreamed { get; private init; }

    /// <summary>
    /// B is in lanes, of so many features; it is turned into vectors of features piece by piece. 0: it is plain.
    /// </summary>
    internal int Turned { get; private init; }

    /// <summary>Lengths of the three operands in floats.</summary>
    public long ALength { get; private init; }

    public long BLength { get; private init; }

    public long CLength { get; private init; }

    /// <summary>The contraction index is outer · Inner + inner; each part has its strides, in floats.</summary>
    internal int Inner { get; private init; }

    internal nint ARow { get; private init; }

    internal nint AInner { get; private init; }

    internal nint AOuter { get; private init; }

    internal nint BColumn { get; private init; }

    internal nint BInner { get; private init; }

    internal nint BOuter { get; private init; }

    internal nint CRow { get; private init; }

    internal nint CColumn { get; private init; }

    /// <summary>
    /// y = W x: weights [O][I] (plain), x [G][I][16], y [G][O][16]; A = W, B = x, C = y; rows O, columns G.
    /// </summary>
    public static GemmShape LanesForward(int samples, int inputs, int outputs) =>
        Lanes(samples, contraction: inputs, rows: outputs, aRow: inputs, aStep: 1);

    /// <summary>
    /// dx = Wᵀ dy: weights [O][I] (plain), dy [G][O][16], dx [G][I][16]; A = W, B = dy, C = dx; rows I, columns G.
    /// </summary>
    public static GemmShape LanesInputGradient(int samples, int inputs, int outputs) =>
        Lanes(samples, contraction: outputs, rows: inputs, aRow: 1, aStep: inputs) with
        {
            AlongWeights = (long)inputs * outputs > Gemm.ResidentFloats,
        };

    /// <summary>
    /// dW = dy xᵀ: dy [G][O][16] (lanes), x [N][I] (plain), dW [O][I] (plain); A = dy, B = x, C = dW; rows O, columns
    /// ⌈I/16⌉. The sum runs over the N samples in order; padding lanes of dy are not read. With
    /// <paramref name="lanes"/> x is [G][I][16], its padding lanes not multiplied either.
    /// </summary>
    public static GemmShape WeightGradient(int samples, int inputs, int outputs, bool lanes = false)
    {
        Check(samples, inputs, outputs);
        int columns = Groups(inputs), row = lanes ? Gemm.PanelRow : inputs;
        return new()
        {
            Rows = outputs,
            Columns = columns,
            Contraction = samples,
            LastWidth = inputs - (columns - 1) * Tile.Lanes,
            ALength = (long)Groups(samples) * outputs * Tile.Lanes,
            BLength = lanes ? (long)Groups(samples) * inputs * Tile.Lanes : (long)samples * inputs,
            CLength = (long)outputs * inputs,
            Turned = lanes ? inputs : 0,
            Inner = Tile.Lanes,
            ARow = Tile.Lanes,
            AInner = 1,
            AOuter = (nint)outputs * Tile.Lanes,
            BColumn = Tile.Lanes,
            BInner = row,
            BOuter = (nint)row * Tile.Lanes,
            CRow = inputs,
            CColumn = Tile.Lanes,
        };
    }

    /// <summary>
    /// C[M][N] = A[M][K] · B[K][N], all plain; with <paramref name="transposeA"/> A is stored as [K][M].
    /// </summary>
    public static GemmShape Plain(int m, int n, int k, bool transposeA = false)
    {
        Check(m, n, k);
        int columns = Groups(n), inner = LargestDivisor(k);
        nint aStep = transposeA ? m : 1;
        return new()
        {
            Rows = m,
            Columns = columns,
            Contraction = k,
            LastWidth = n - (columns - 1) * Tile.Lanes,
            ALength = (long)m * k,
            BLength = (long)k * n,
            CLength = (long)m * n,
            Inner = inner,
            ARow = transposeA ? 1 : k,
            AInner = aStep,
            AOuter = aStep * inner,
            BColumn = Tile.Lanes,
            BInner = n,
            BOuter = (nint)n * inner,
            CRow = n,
            CColumn = Tile.Lanes,
        };
    }

    static GemmShape Lanes(int samples, int contraction, int rows, int aRow, int aStep)
    {
        Check(samples, contraction, rows);
        int groups = Groups(samples), inner = LargestDivisor(contraction);
        return new()
        {
            Rows = rows,
            Columns = groups,
            Contraction = contraction,
            ALength = (long)rows * contraction,
            BLength = (long)groups * contraction * Tile.Lanes,
            CLength = (long)groups * rows * Tile.Lanes,
            IsStreamed = (long)groups * contraction * Tile.Lanes > 2 * Gemm.ResidentFloats,
            Inner = inner,
            ARow = aRow,
            AInner = aStep,
            AOuter = (nint)aStep * inner,
            BColumn = (nint)contraction * Tile.Lanes,
            BInner = Tile.Lanes,
            BOuter = (nint)inner * Tile.Lanes,
            CRow = Tile.Lanes,
            CColumn = (nint)rows * Tile.Lanes,
        };
    }

    static int Groups(int count) => (count + Tile.Lanes - 1) / Tile.Lanes;

    static int LargestDivisor(int count)
    {
        int divisor = Math.Min(count, MaxInner);
        while (count % divisor != 0)
            divisor--;
        return divisor;
    }

    static void Check(int a, int b, int c)
    {
        if (a < 1 || b < 1 || c < 1)
            throw new ArgumentException($"expected a matrix product of positive extents, got {a}, {b} and {c}");
    }
}
