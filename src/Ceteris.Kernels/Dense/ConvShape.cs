namespace Ceteris.Kernels;

/// <summary>
/// The geometry of a 2-D convolution (cross-correlation, as in PyTorch):
/// <c>y[k][oy][ox] = Σ_c Σ_r Σ_s w[k][c][r][s] · x[c][oy·stride − padding + r·dilation][…]</c>, with zeros outside
/// x and, for several groups, c running over the channels of the group of k. Images are in lanes: x [C][H][W][16],
/// y [K][OH][OW][16]; weights are plain [K][C/groups][R][S].
/// </summary>
public sealed class ConvShape
{
    /// <exception cref="ArgumentException">
    /// An extent is not positive, a padding is negative, groups do not divide the channels, or the window is larger
    /// than the padded image.
    /// </exception>
    public ConvShape(
        int channels, int height, int width, int filters, (int Y, int X) kernel,
        (int Y, int X)? stride = null, (int Y, int X)? padding = null, (int Y, int X)? dilation = null, int groups = 1)
    {
        (Channels, Height, Width, Filters, Groups) = (channels, height, width, filters, groups);
        if (channels < 1 || filters < 1 || groups < 1 || channels % groups != 0 || filters % groups != 0)
        {
            throw new ArgumentException(
                $"expected positive channels and filters that {groups} groups divide, got {channels} and {filters}");
        }
        Rows = new(height, kernel.Y, stride?.Y ?? 1, padding?.Y ?? 0, dilation?.Y ?? 1);
        Columns = new(width, kernel.X, stride?.X ?? 1, padding?.X ?? 0, dilation?.X ?? 1);
        ForwardTaps = new(Rows.Forward, Columns.Forward, KernelWidth, width);
        GradientTaps = new(Rows.Gradient, Columns.Gradient, KernelWidth, OutputWidth);
        LiveTaps = TapClass.Live(Rows, Columns);
        TapClasses = TapClass.All(Rows, Columns, width, LiveTaps);
        ColumnSteps = GC.AllocateUninitializedArray<Step>(OutputWidth, pinned: true);
        for (int x = 0; x < OutputWidth; x++)
            ColumnSteps[x] = new(x * Tile.Lanes, x * Columns.Stride * Tile.Lanes);
        RowTiles = RowTiles.Suits(this) ? new(this) : null;
    }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>H.</summary>
    public int Height { get; }

    /// <summary>W.</summary>
    public int Width { get; }

    /// <summary>K, the channels of the output.</summary>
    public int Filters { get; }

    public int Groups { get; }

    /// <summary>R.</summary>
    public int KernelHeight => Rows.Kernel;

    /// <summary>S.</summary>
    public int KernelWidth => Columns.Kernel;

    /// <summary>OH = ⌊(H + 2·padding − dilation·(R − 1) − 1) / stride⌋ + 1.</summary>
    public int OutputHeight => Rows.Outputs;

    /// <summary>OW.</summary>
    public int OutputWidth => Columns.Outputs;

    /// <summary>Floats of one group of 16 samples: x [C][H][W][16].</summary>
    public long InputLength => (long)Channels * Height * Width * Tile.Lanes;

    /// <summary>Floats of one group of 16 samples: y [K][OH][OW][16].</summary>
    public long OutputLength => (long)Filters * OutputHeight * OutputWidth * Tile.Lanes;

    /// <summary>Floats of w [K][C/groups][R][S].</summary>
    public long WeightLength => (long)Filters * GroupChannels * Taps;

    internal ConvAxis Rows { get; }

    internal ConvAxis Columns { get; }

    /// <summary>R · S.</summary>
    internal int Taps => KernelHeight * KernelWidth;

    internal int GroupChannels => Channels / Groups;

    internal int GroupFilters => Filters / Groups;

    internal int InputPlane => Height * Width * Tile.Lanes;

    internal int OutputPlane => OutputHeight * OutputWidth * Tile.Lanes;

    /// <summary>Which weights meet which pixels of x to make an output pixel.</summary>
    internal TapPlan ForwardTaps { get; }

    /// <summary>Which weights meet which pixels of dy to make a pixel of dx.</summary>
    internal TapPlan GradientTaps { get; }

    /// <summary>Taps r · S + s that meet an output pixel; the others lie on padding everywhere.</summary>
    internal int[] LiveTaps { get; }

    /// <summary>Which weights meet the same output pixels.</summary>
    internal TapClass[] TapClasses { get; }

    /// <summary>How <see cref="RowWinograd"/> goes, if it can.</summary>
    internal RowTiles? RowTiles { get; }

    /// <summary>For each output column, where it lies in a row of dy and of x.</summary>
    internal Step[] ColumnSteps { get; }
}
