using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>Matrix products of every orientation the engine needs; see <see cref="GemmShape"/>.</summary>
public static unsafe partial class Gemm
{
    /// <summary>
    /// C(m, j) = Σₖ A(m, k) · B(k, j) for the rows and columns named; with <paramref name="accumulate"/> C is added to.
    /// Bits: each element is one chain of fused multiply-adds over k in index order from +0 (or from C); +0 instead of
    /// −0.
    /// Any cut into ranges gives the same bits. NaN and infinity in a lane of B reach that lane of C only.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view has not the length the shape says, or a range lies outside it.
    /// </exception>
    public static void Run(
        GemmShape shape, Floats a, Floats b, Floats c, int rowFrom, int rowTo, int columnFrom, int columnTo,
        bool accumulate = false)
    {
        Border.Length(a, shape.ALength);
        Border.Length(b, shape.BLength);
        Border.Length(c, shape.CLength);
        Border.Range(rowFrom, rowTo, shape.Rows);
        Border.Range(columnFrom, columnTo, shape.Columns);
        if (shape.AlongWeights)
        {
            RunAlongWeights(shape, a.Pointer, b.Pointer, c.Pointer, rowFrom, rowTo, columnFrom, columnTo, accumulate);
            return;
        }

        Step* steps = stackalloc Step[GemmShape.MaxInner];
        for (int i = 0; i < shape.Inner; i++)
            steps[i] = new(i * shape.AInner, i * shape.BInner);
        float* panel = stackalloc float[shape.Turned > 0 ? PassTerms * PanelRow : 0];
        Product product = new(shape)
        {
            A = a.Pointer,
            B = b.Pointer,
            C = c.Pointer,
            Steps = steps,
            Panel = panel,
            RowFrom = rowFrom,
            RowTo = rowTo,
        };
        // A small A stays in cache while the columns pass once; otherwise a block of A does, and C is what returns.
        bool resident = (long)shape.Rows * shape.Contraction <= ResidentFloats;
        int width = resident ? Tile.MaxColumns : Math.Max(1, columnTo - columnFrom);
        for (int column = columnFrom; column < columnTo; column += width)
            product.Columns(column, Math.Min(column + width, columnTo), accumulate);
    }

    /// <summary>All rows and columns.</summary>
    public static void Run(GemmShape shape, Floats a, Floats b, Floats c, bool accumulate = false) =>
        Run(shape, a, b, c, 0, shape.Rows, 0, shape.Columns, accumulate);

    /// <summary>Terms per pass: what a tile reads of B then stays in the first-level cache for all row tiles.</summary>
    const int PassTerms = 128;

    /// <summary>Floats of a term in a packed panel of B.</summary>
    internal const int PanelRow = Tile.MaxColumns * Tile.Lanes;

    /// <summary>A quarter of a mebifloat, half of a second-level cache.</summary>
    internal const int ResidentFloats = 1 << 18;

    ref struct Product(GemmShape shape)
    {
        public float* A, B, C, Panel;
        public Step* Steps;
        public int RowFrom, RowTo;
        Tile tile;

        /// <summary>The first of the columns that the next pass reads, to be fetched during this one; null: none.</summary>
        float* ahead;

        /// <summary>Some columns, the contraction in passes that carry the sums through C.</summary>
        public void Columns(int from, int to, bool accumulate)
        {
            tile.ARow = shape.ARow;
            tile.AGroup = shape.AOuter;
            tile.BGroup = shape.BOuter;
            tile.Steps = Steps;
            tile.Outer = 1;
            int outer = shape.Contraction / shape.Inner, rest = shape.Contraction % shape.Inner;
            int block = Math.Max(1, PassTerms / shape.Inner);
            for (int k = 0; k < outer; k += block)
            {
                tile.Inner = shape.Inner;
                tile.Groups = Math.Min(block, outer - k);
                tile.Accumulate = accumulate || k > 0;
                if (shape.IsStreamed)
                    ahead = k + block < outer ? B + (k + block) * shape.BOuter + from * shape.BColumn
                        : to < shape.Columns ? B + to * shape.BColumn : null;
                Pass(k, from, to);
            }
            if (rest > 0)
            {
                tile.Inner = rest;
                tile.Groups = 1;
                ahead = null;
                tile.Accumulate = accumulate || outer > 0;
                Pass(outer, from, to);
            }
        }

        void Pass(int k, int from, int to)
        {
            Cut cut = new(to - from, Tile.MaxColumns);
            for (int column = from, end, part = 0; column < to; column = end, part++)
            {
                end = column + cut.Size(part);
                float* b = shape.Turned > 0 ? Turn(k, column) : B + k * shape.BOuter + column * shape.BColumn;
                if (shape.LastWidth < Tile.Lanes && end == shape.Columns)
                    Ragged(k, b, column, end - column);
                else
                {
                    for (int j = 0; j < end - column; j++)
                        tile.SetColumn(j, b + j * shape.BColumn, C + (column + j) * shape.CColumn);
                    tile.CRow = shape.CRow;
                    Rows(k, end - column);
                }
            }
        }

        /// <summary>
        /// Up to 64 features from a column on, of the groups of a pass: [sample][feature] from [group][feature][16].
        /// </summary>
        readonly float* Turn(int k, int column)
        {
            int feature = column * Tile.Lanes, width = Math.Min(PanelRow, shape.Turned - feature);
            float* from = B + ((nint)k * shape.Turned + feature) * Tile.Lanes, to = Panel;
            for (int group = 0; group < tile.Groups; group++)
            {
                Transposition.Matrix(from, Tile.Lanes, to, PanelRow, width, Tile.Lanes);
                from += (nint)shape.Turned * Tile.Lanes;
                to += Tile.Lanes * PanelRow;
            }
            return Panel;
        }

        void Rows(int k, int columns)
        {
            Cut cut = new(RowTo - RowFrom, Tile.RowsFor(columns));
            int tilesPerColumn = ahead == null ? 0 : (RowTo - RowFrom) / Tile.MaxRows / columns;
            for (int row = RowFrom, rows, part = 0; row < RowTo; row += rows, part++)
            {
                rows = cut.Size(part);
                tile.A = A + k * shape.AOuter + row * shape.ARow;
                tile.CStart = row * shape.CRow;
                tile.AheadLines = 0;
                if (part < tilesPerColumn * columns)
                    SetAhead(part, tilesPerColumn);
                tile.Run(rows, columns);
            }
        }

        /// <summary>Each tile has a share of one of the next columns fetched.</summary>
        void SetAhead(int part, int tilesPerColumn)
        {
            (int column, int share) = Math.DivRem(part, tilesPerColumn);
            nint perShare = (tile.Groups * tile.Inner + tilesPerColumn - 1) / tilesPerColumn;
            tile.Ahead = ahead + column * shape.BColumn + share * perShare * Tile.Lanes;
            tile.AheadLines = (perShare + tile.Groups - 1) / tile.Groups;
        }

        /// <summary>
        /// The last columns, the very last of which has not 16 floats: by way of a copy, so that nothing is written
        /// behind it.
        /// </summary>
        void Ragged(int k, float* b, int column, int columns)
        {
            const int Row = Tile.MaxColumns * Tile.Lanes;
            float* copy = stackalloc float[Tile.MaxRowsOfColumn * Row];
            Cut cut = new(RowTo - RowFrom, Tile.RowsFor(columns));
            int width = (columns - 1) * Tile.Lanes + shape.LastWidth;
            for (int j = 0; j < columns; j++)
                tile.SetColumn(j, b + j * shape.BColumn, copy + j * Tile.Lanes);
            tile.CRow = Row;
            tile.CStart = 0;
            for (int row = RowFrom, rows, part = 0; row < RowTo; row += rows, part++)
            {
                rows = cut.Size(part);
                float* to = C + row * shape.CRow + column * shape.CColumn;
                tile.A = A + k * shape.AOuter + row * shape.ARow;
                if (tile.Accumulate)
                    Copy(rows, width, to, shape.CRow, copy, Row);
                tile.Run(rows, columns);
                Copy(rows, width, copy, Row, to, shape.CRow);
            }
        }
    }

    /// <summary>
    /// Terms of a matrix that lie far apart, one behind another: a tile then meets few pages and no two lines of
    /// one set.
    /// </summary>
    static void Pack(float* from, nint fromRow, float* to, int terms, int columns)
    {
        for (int k = 0; k < terms; k++, from += fromRow, to += PanelRow)
        {
            for (int j = 0; j < columns * Tile.Lanes; j += Tile.Lanes)
                Vector512.Load(from + j).Store(to + j);
        }
    }

    static void Copy(int rows, int width, float* from, nint fromRow, float* to, nint toRow)
    {
        for (int row = 0; row < rows; row++)
            new Span<float>(from + row * fromRow, width).CopyTo(new(to + row * toRow, width));
    }
}
