namespace Ceteris.Kernels;

/// <summary>
/// Weights that meet the same outputs, rows [RowFrom, RowTo) and columns [ColumnFrom, ColumnTo): what a weight gradient
/// sums over. Each weight is a tap r · S + s with the input pixel it meets at output (0, 0), in floats from its plane's
/// start, possibly outside.
/// </summary>
sealed record TapClass(int RowFrom, int RowTo, int ColumnFrom, int ColumnTo, (int Tap, nint Origin)[] Taps)
{
    public static TapClass[] All(ConvAxis rows, ConvAxis columns, int width) =>
    [
        .. from r in Enumerable.Range(0, rows.Kernel)
           from s in Enumerable.Range(0, columns.Kernel)
           let origin = ((nint)rows.Origin(r) * width + columns.Origin(s)) * Tile.Lanes
           group (r * columns.Kernel + s, origin) by (rows.Valid[r], columns.Valid[s]) into taps
           let y = taps.Key.Item1
           let x = taps.Key.Item2
           select new TapClass(y.From, y.To, x.From, x.To, [.. taps]),
    ];
}
