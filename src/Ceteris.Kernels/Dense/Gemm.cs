namespace Ceteris.Kernels;

/// <summary>Matrix products of every orientation the engine needs; see <see cref="GemmShape"/>.</summary>
public static unsafe class Gemm
{
    /// <summary>
    /// C(m, j) = Σₖ A(m, k) · B(k, j) for the rows and columns named; with <paramref name="accumulate"/> C is added to.
    /// Bits: each element is one chain of fused multiply-adds over k in index order from +0 (or from C); +0 instead of −0.
    /// Any cut into ranges gives the same bits. NaN and infinity in a lane of B reach that lane of C only.
    /// </summary>
    /// <exception cref="ArgumentException">A view has not the length the shape says, or a range lies outside it.</exception>
    public static void Run(
        GemmShape shape, Floats a, Floats b, Floats c, int rowFrom, int rowTo, int columnFrom, int columnTo, bool accumulate = false)
    {
        Border.Length(a, shape.ALength);
        Border.Length(b, shape.BLength);
        Border.Length(c, shape.CLength);
        Border.Range(rowFrom, rowTo, shape.Rows);
        Border.Range(columnFrom, columnTo, shape.Columns);

        Step* steps = stackalloc Step[GemmShape.MaxInner];
        for (int i = 0; i < shape.Inner; i++)
            steps[i] = new(i * shape.AInner, i * shape.BInner);
        Tile tile = new() { ARow = shape.ARow, AOuter = shape.AOuter, BOuter = shape.BOuter, Steps = steps, Groups = 1 };

        int outer = shape.Contraction / shape.Inner, rest = shape.Contraction % shape.Inner;
        int block = Block(shape);
        for (int k = 0; k < outer; k += block)
        {
            tile.Inner = shape.Inner;
            tile.Outer = Math.Min(block, outer - k);
            tile.Accumulate = accumulate || k > 0;
            Block(shape, ref tile, a.Pointer + k * shape.AOuter, b.Pointer + k * shape.BOuter, c.Pointer, rowFrom, rowTo, columnFrom, columnTo);
        }
        if (rest > 0)
        {
            tile.Inner = rest;
            tile.Outer = 1;
            tile.Accumulate = accumulate || outer > 0;
            Block(shape, ref tile, a.Pointer + outer * shape.AOuter, b.Pointer + outer * shape.BOuter, c.Pointer, rowFrom, rowTo, columnFrom, columnTo);
        }
    }

    /// <summary>All rows and columns.</summary>
    public static void Run(GemmShape shape, Floats a, Floats b, Floats c, bool accumulate = false) =>
        Run(shape, a, b, c, 0, shape.Rows, 0, shape.Columns, accumulate);

    /// <summary>How many outer steps one pass takes: what a tile reads of B then stays in the first-level cache for all row tiles.</summary>
    static int Block(GemmShape shape) => Math.Max(1, 256 / shape.Inner);

    /// <summary>One block of the contraction: columns outside, rows inside, so that B streams once per block.</summary>
    static void Block(
        GemmShape shape, ref Tile tile, float* a, float* b, float* c, int rowFrom, int rowTo, int columnFrom, int columnTo)
    {
        float* edge = stackalloc float[Tile.MaxRows * Tile.MaxColumns * Tile.Lanes];
        int columnParts = Tile.Parts(columnTo - columnFrom, Tile.MaxColumns), rowParts = Tile.Parts(rowTo - rowFrom, Tile.MaxRows);
        for (int columnPart = 0; columnPart < columnParts; columnPart++)
        {
            int column = columnFrom + Tile.PartStart(columnTo - columnFrom, columnParts, columnPart);
            int columns = columnFrom + Tile.PartStart(columnTo - columnFrom, columnParts, columnPart + 1) - column;
            bool ragged = shape.LastWidth < Tile.Lanes && column + columns == shape.Columns;
            for (int rowPart = 0; rowPart < rowParts; rowPart++)
            {
                int row = rowFrom + Tile.PartStart(rowTo - rowFrom, rowParts, rowPart);
                int rows = rowFrom + Tile.PartStart(rowTo - rowFrom, rowParts, rowPart + 1) - row;
                float* to = c + row * shape.CRow + column * shape.CColumn;
                tile.A = a + row * shape.ARow;
                tile.CRow = ragged ? Tile.MaxColumns * Tile.Lanes : shape.CRow;
                for (int j = 0; j < columns; j++)
                    tile.SetColumn(j, b + (column + j) * shape.BColumn, ragged ? edge + j * Tile.Lanes : to + j * shape.CColumn);
                if (!ragged)
                {
                    tile.Run(rows, columns);
                    continue;
                }
                int width = (columns - 1) * Tile.Lanes + shape.LastWidth;
                if (tile.Accumulate)
                    Copy(rows, width, to, shape.CRow, edge, tile.CRow);
                tile.Run(rows, columns);
                Copy(rows, width, edge, tile.CRow, to, shape.CRow);
            }
        }
    }

    static void Copy(int rows, int width, float* from, nint fromRow, float* to, nint toRow)
    {
        for (int row = 0; row < rows; row++)
            new Span<float>(from + row * fromRow, width).CopyTo(new(to + row * toRow, width));
    }
}
