namespace Ceteris.Kernels;

/// <summary>How a convolution goes by <see cref="RowWinograd"/>, by its shape alone.</summary>
sealed class RowTiles
{
    /// <summary>Floats of pixels, and as many of sums, that have room in a second-level cache: 640 KiB.</summary>
    public const int Room = 160 * 1024;

    /// <summary>
    /// Tiles of a filter that a weight gradient sums at a time, so that those of six filters stay in the first-level
    /// cache.
    /// </summary>
    const int TilesTogether = 96;

    public RowTiles(ConvShape shape)
    {
        ConvAxis rows = shape.Rows, columns = shape.Columns;
        Side = RowWinograd.Elements + 1 - columns.Kernel;
        Across = (columns.Outputs + Side - 1) / Side;
        Forward = new(Across, rows.Forward, shape.Channels, rows.Inputs, shape.Filters, rows.Outputs);
        Gradient = new(Across, rows.Gradient, shape.Filters, rows.Outputs, shape.Channels, rows.Inputs);
        PixelRows = (rows.Outputs - 1) * rows.Stride + (rows.Kernel - 1) * rows.Dilation + 1;
        (PixelPlane, GradientPlane) = (PixelRows * Across * Tile.Lanes, rows.Outputs * Across * Tile.Lanes);
        RowsTogether = Math.Clamp(TilesTogether / Across, 1, rows.Outputs);
        GroupsTogether = (TilesTogether / (rows.Outputs * Across)) switch { >= 4 => 4, >= 2 => 2, _ => 1 };
        IsDense = rows.Stride == 1;
        Steps = GC.AllocateUninitializedArray<Step>(RowsTogether * Across, pinned: true);
        for (int i = 0; i < Steps.Length; i++)
            Steps[i] = new(i * Tile.Lanes, i * Tile.Lanes);
        Origins = new nint[shape.Channels * rows.Kernel];
        for (int i = 0; i < Origins.Length; i++)
        {
            int tap = i % rows.Kernel * rows.Dilation * Across;
            Origins[i] = (nint)(i / rows.Kernel) * PixelPlane + tap * Tile.Lanes;
        }
    }

    /// <summary>Outputs of a tile.</summary>
    public int Side { get; }

    public RowPass Forward { get; }

    /// <summary>From dy to dx.</summary>
    public RowPass Gradient { get; }

    /// <summary>Tiles of a row of outputs.</summary>
    public int Across { get; }

    /// <summary>Rows of x, with those on padding, that a weight gradient meets.</summary>
    public int PixelRows { get; }

    /// <summary>Floats of one element of a channel, and of a filter.</summary>
    public int PixelPlane { get; }

    public int GradientPlane { get; }

    /// <summary>Rows of outputs that a weight gradient sums at a time.</summary>
    public int RowsTogether { get; }

    /// <summary>Groups of samples that a weight gradient sums lane by lane.</summary>
    public int GroupsTogether { get; }

    /// <summary>Whether one step after the other meets the next pixel, from row to row, too.</summary>
    public bool IsDense { get; }

    /// <summary>From tile to tile.</summary>
    public Step[] Steps { get; }

    /// <summary>Where each channel and row of a window meets the first output.</summary>
    public nint[] Origins { get; }

    public static bool Suits(ConvShape shape) =>
        shape.Groups == 1 && shape.Columns is { Kernel: 3 or 5, Stride: 1, Dilation: 1 };

    /// <summary>
    /// Floats from one element to the next: no multiple of 4 KiB, so that the eight do not share cache sets.
    /// </summary>
    public static int Plane(long floats) => checked((int)((floats + 1023) / 1024 * 1024 + 3 * Tile.Lanes));
}

/// <summary>
/// One direction, of the eight elements: target planes from source planes, both [height][tile][16], some tiles of all
/// rows at a time.
/// </summary>
sealed class RowPass
{
    readonly TapPlan[] plans;

    public RowPass(int tiles, TapRun[] rows, int sources, int sourceHeight, int targets, int targetHeight)
    {
        (Tiles, Sources, SourceHeight, Targets, TargetHeight) = (tiles, sources, sourceHeight, targets, targetHeight);
        long column = RowWinograd.Elements * Tile.Lanes;
        Strips = new(tiles, (int)Math.Clamp(RowTiles.Room / (column * sources * sourceHeight), 1, tiles));
        int most = Strips.Size(0);
        int least = Math.Min(Tile.MaxRows, targets);
        int block = (int)Math.Clamp(RowTiles.Room / (column * targetHeight * most), least, targets);
        Block = block == targets ? block : block / Tile.MaxRows * Tile.MaxRows;
        SourceElement = RowTiles.Plane((long)sources * sourceHeight * most * Tile.Lanes);
        TargetElement = RowTiles.Plane((long)Block * targetHeight * most * Tile.Lanes);
        plans = [Plan(most), Plan(Math.Max(1, most - 1))];

        TapPlan Plan(int count) => new(rows, [new(0, 1, count, 1, [new(0, 0)])], 1, count);
    }

    /// <summary>Tiles of a row.</summary>
    public int Tiles { get; }

    public int Sources { get; }

    public int SourceHeight { get; }

    public int Targets { get; }

    public int TargetHeight { get; }

    /// <summary>Tiles that go together.</summary>
    public Cut Strips { get; }

    /// <summary>Targets that go together.</summary>
    public int Block { get; }

    /// <summary>Floats from one element to the next.</summary>
    public int SourceElement { get; }

    public int TargetElement { get; }

    public TapPlan Taps(int tiles) => plans[Strips.Size(0) - tiles];
}
