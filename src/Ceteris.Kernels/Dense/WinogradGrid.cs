namespace Ceteris.Kernels;

/// <summary>
/// How the target of a convolution is cut into tiles of 4 × 4 and which patch of 6 × 6 of the source each comes from.
/// Target (y, x) meets source (y + r + <paramref name="originY"/>, …) through tap r.
/// </summary>
readonly struct WinogradGrid(
    (int Height, int Width) source, (int Height, int Width) target, int originY, int originX)
{
    public const int Side = 4;
    const int Patch = Side + 2;

    readonly int across = Parts(target.Width);

    /// <summary>Tiles of one image.</summary>
    public int Tiles { get; } = Parts(target.Height) * Parts(target.Width);

    public static int Parts(int extent) => (extent + Side - 1) / Side;

    public static WinogradGrid Forward(ConvShape shape) => new(
        (shape.Height, shape.Width), (shape.OutputHeight, shape.OutputWidth),
        -shape.Rows.Padding, -shape.Columns.Padding);

    /// <summary>From dy to dx: windows are turned, so tap 2 − r is r.</summary>
    public static WinogradGrid InputGradient(ConvShape shape) => new(
        (shape.OutputHeight, shape.OutputWidth), (shape.Height, shape.Width),
        shape.Rows.Padding - 2, shape.Columns.Padding - 2);

    public WinogradTile Tile(int index)
    {
        int y = index / across * Side, x = index % across * Side;
        int top = y + originY, left = x + originX;
        return new()
        {
            Source = ((nint)top * source.Width + left) * Kernels.Tile.Lanes,
            SourceRow = (nint)source.Width * Kernels.Tile.Lanes,
            RowFrom = Math.Clamp(-top, 0, Patch),
            RowTo = Math.Clamp(source.Height - top, 0, Patch),
            ColumnFrom = Math.Clamp(-left, 0, Patch),
            ColumnTo = Math.Clamp(source.Width - left, 0, Patch),
            Target = ((nint)y * target.Width + x) * Kernels.Tile.Lanes,
            TargetRow = (nint)target.Width * Kernels.Tile.Lanes,
            Rows = Math.Min(Side, target.Height - y),
            Columns = Math.Min(Side, target.Width - x),
        };
    }
}

/// <summary>A tile of the target and its patch of the source, in floats from the start of a plane.</summary>
struct WinogradTile
{
    /// <summary>The patch's first pixel; may lie outside the image.</summary>
    public nint Source;
    public nint SourceRow;

    /// <summary>Rows and columns of the patch that are in the image; empty if from ≥ to.</summary>
    public int RowFrom, RowTo, ColumnFrom, ColumnTo;

    public nint Target;
    public nint TargetRow;

    /// <summary>Rows and columns of the tile that are in the image.</summary>
    public int Rows, Columns;
}
