namespace Ceteris.Kernels;

/// <summary>
/// Weights that meet the same outputs, rows [RowFrom, RowTo) and columns [ColumnFrom, ColumnTo): what a weight gradient
/// sums over. Each weight is a tap, numbered among those that meet an output at all, with the input pixel it meets at
/// output (0, 0), in floats from its plane's start, possibly outside.
/// </summary>
sealed record TapClass(int RowFrom, int RowTo, int ColumnFrom, int ColumnTo, (int Tap, nint Origin)[] Taps)
{
    /// <summary>Taps r · S + s that meet an output.</summary>
    public static int[] Live(ConvAxis rows, ConvAxis columns) =>
    [
        .. from r in Enumerable.Range(0, rows.Kernel)
           from s in Enumerable.Range(0, columns.Kernel)
           where rows.Valid[r].From < rows.Valid[r].To && columns.Valid[s].From < columns.Valid[s].To
           select r * columns.Kernel + s,
    ];

    public static TapClass[] All(ConvAxis rows, ConvAxis columns, int width, int[] live) =>
    [
        .. from number in Enumerable.Range(0, live.Length)
           let r = live[number] / columns.Kernel
           let s = live[number] % columns.Kernel
           let origin = ((nint)rows.Origin(r) * width + columns.Origin(s)) * Tile.Lanes
           group (number, origin) by (rows.Valid[r], columns.Valid[s]) into taps
           let y = taps.Key.Item1
           let x = taps.Key.Item2
           select new TapClass(y.From, y.To, x.From, x.To, [.. taps]),
    ];
}
