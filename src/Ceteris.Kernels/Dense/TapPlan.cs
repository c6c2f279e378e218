namespace Ceteris.Kernels;

/// <summary>
/// The image cut into rectangles whose pixels meet the same taps, so that no multiplication is spent on padding or on
/// the zeros between the pixels of a strided gradient. One table of steps per rectangle.
/// </summary>
sealed class TapPlan
{
    public TapPlan(TapRun[] rows, TapRun[] columns, int kernelWidth, int sourceWidth)
    {
        Rows = rows;
        Columns = columns;
        Steps = new Step[rows.Length * columns.Length][];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < columns.Length; j++)
                Steps[i * columns.Length + j] = Table(rows[i].Hits, columns[j].Hits, kernelWidth, sourceWidth);
        }
    }

    public TapRun[] Rows { get; }

    public TapRun[] Columns { get; }

    /// <summary>
    /// [row run · column runs + column run]: for each tap its weight and its source pixel for the first pixel of the
    /// rectangle.
    /// </summary>
    public Step[][] Steps { get; }

    static Step[] Table(TapHit[] rows, TapHit[] columns, int kernelWidth, int sourceWidth)
    {
        Step[] steps = GC.AllocateUninitializedArray<Step>(rows.Length * columns.Length, pinned: true);
        int at = 0;
        foreach (TapHit row in rows)
        {
            foreach (TapHit column in columns)
            {
                steps[at++] = new(row.Tap * kernelWidth + column.Tap,
                    ((nint)row.Source * sourceWidth + column.Source) * Tile.Lanes);
            }
        }
        return steps;
    }
}
