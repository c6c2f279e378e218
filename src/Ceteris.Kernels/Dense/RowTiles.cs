namespace Ceteris.Kernels;

/// <summary>How a convolution goes by <see cref="RowWinograd"/>, by its shape alone.</summary>
sealed class RowTiles
{
    /// <summary>Floats of pixels, and as many of sums, that have room in a second-level cache: 640 KiB.</summary>
    public const int Room = 160 * 1024;

    /// <summary>Outputs of one image and row that a weight gradient should sum at least at a time.</summary>
    const int LeastPixels = 64;

    public RowTiles(ConvShape shape)
    {
        ConvAxis rows = shape.Rows, columns = shape.Columns;
        Side = RowWinograd.Elements + 1 - columns.Kernel;
        Lanes = (shape.Filters + Tile.Lanes - 1) / Tile.Lanes * Tile.Lanes;
        Forward = new(Side, Lanes, rows.Forward, shape.Channels, (rows.Inputs, columns.Inputs),
            shape.Filters, (rows.Outputs, columns.Outputs), -columns.Padding);
        Gradient = new(Side, Lanes, rows.Gradient, shape.Filters, (rows.Outputs, columns.Outputs),
            shape.Channels, (rows.Inputs, columns.Inputs), columns.Padding - columns.Kernel + 1);
        Sums = new(shape.Channels, shape.Height, Forward.Tiles, shape.Filters, (rows.Kernel, 1), (rows.Stride, 1),
            (rows.Padding, 0), (rows.Dilation, 1));
        GroupsTogether = Math.Clamp(LeastPixels / (rows.Outputs * Forward.Tiles), 1, 4);
    }

    /// <summary>Outputs of a tile.</summary>
    public int Side { get; }

    /// <summary>Filters in whole vectors.</summary>
    public int Lanes { get; }

    public RowPass Forward { get; }

    /// <summary>From dy to dx.</summary>
    public RowPass Gradient { get; }

    /// <summary>The convolution whose weight gradient sums one element.</summary>
    public ConvShape Sums { get; }

    /// <summary>Groups of samples that a weight gradient sums lane by lane.</summary>
    public int GroupsTogether { get; }

    public static bool Suits(ConvShape shape) =>
        shape.Groups == 1 && shape.Columns is { Kernel: 3 or 5, Stride: 1, Dilation: 1 };

    /// <summary>
    /// Floats from one element to the next: no multiple of 4 KiB, so that the eight do not share cache sets.
    /// </summary>
    public static int Plane(long floats) => checked((int)((floats + 1023) / 1024 * 1024 + 128));
}

/// <summary>
/// One direction. Rows of the source are cut into patches and rows of the target into tiles, some tiles of all rows at
/// a time.
/// </summary>
sealed class RowPass
{
    readonly TapPlan[] plans;

    public RowPass(int side, int weightTap, TapRun[] rows, int terms, (int Height, int Width) source,
        int targets, (int Height, int Width) target, int origin)
    {
        (Terms, Source, Targets, Target, Origin) = (terms, source, targets, target, origin);
        Tiles = (target.Width + side - 1) / side;
        long tile = (long)RowWinograd.Elements * Tile.Lanes;
        Strips = new(Tiles, (int)Math.Clamp(RowTiles.Room / (tile * terms * source.Height), 1, Tiles));
        int most = Strips.Size(0);
        Block = (int)Math.Clamp(RowTiles.Room / (tile * target.Height * most) / Tile.MaxRows, 1, targets)
            * Tile.MaxRows;
        SourcePlane = RowTiles.Plane((long)terms * source.Height * most * Tile.Lanes);
        TargetPlane = RowTiles.Plane((long)Math.Min(Block, targets) * target.Height * most * Tile.Lanes);
        plans = [Plan(most), Plan(Math.Max(1, most - 1))];

        TapPlan Plan(int tiles) => new(rows, [new(0, 1, tiles, 1, [new(0, 0)])], weightTap, tiles);
    }

    public int Terms { get; }

    public (int Height, int Width) Source { get; }

    public int Targets { get; }

    public (int Height, int Width) Target { get; }

    /// <summary>Where the first patch begins in a row of the source.</summary>
    public int Origin { get; }

    /// <summary>Tiles of a row.</summary>
    public int Tiles { get; }

    /// <summary>Tiles that go together.</summary>
    public Cut Strips { get; }

    /// <summary>Targets that go together.</summary>
    public int Block { get; }

    /// <summary>Floats from one element to the next, of the source and of the target.</summary>
    public int SourcePlane { get; }

    public int TargetPlane { get; }

    public TapPlan Taps(int tiles) => plans[Strips.Size(0) - tiles];
}
