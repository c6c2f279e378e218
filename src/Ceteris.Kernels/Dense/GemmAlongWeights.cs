namespace Ceteris.Kernels;

public static unsafe partial class Gemm
{
    /// <summary>Groups of samples whose sums are kept at a time: half a first-level cache.</summary>
    internal const int SumGroups = 8;

    /// <summary>
    /// dx[g][i][16] = Σₒ W[o][i] · dy[g][o][16], with vectors along i: W is then read along its rows, each row
    /// once, and the factor that is one float for a whole vector is that of a sample. The sums of 16 samples ×
    /// 64 features are transposed when they are complete. The chains are those of vectors along the samples.
    /// </summary>
    static void RunAlongWeights(
        GemmShape shape, float* w, float* dy, float* dx, int featureFrom, int featureTo, int groupFrom, int groupTo,
        bool accumulate)
    {
        const int GroupSums = Tile.Lanes * PanelRow;
        float* panel = stackalloc float[PassTerms * PanelRow], sums = stackalloc float[SumGroups * GroupSums];
        Step* steps = stackalloc Step[PassTerms];
        for (int i = 0; i < PassTerms; i++)
            steps[i] = new(i * Tile.Lanes, i * PanelRow);
        Tile tile = new() { ARow = 1, CRow = PanelRow, Steps = steps, Outer = 1, Groups = 1 };
        int inputs = shape.Rows, outputs = shape.Contraction;
        for (int group = groupFrom; group < groupTo; group += SumGroups)
        {
            int groups = Math.Min(SumGroups, groupTo - group);
            for (int feature = featureFrom; feature < featureTo; feature += PanelRow)
            {
                int width = Math.Min(PanelRow, featureTo - feature), columns = (width + Tile.Lanes - 1) / Tile.Lanes;
                float* result = dx + ((nint)group * inputs + feature) * Tile.Lanes;
                nint resultGroup = (nint)inputs * Tile.Lanes;
                for (int g = 0; accumulate && g < groups; g++)
                {
                    Transposition.Matrix(
                        result + g * resultGroup, Tile.Lanes, sums + g * GroupSums, PanelRow, width, Tile.Lanes);
                }
                for (int k = 0; k < outputs; k += PassTerms)
                {
                    tile.Inner = Math.Min(PassTerms, outputs - k);
                    tile.Accumulate = accumulate || k > 0;
                    Pack(w + (nint)k * inputs + feature, inputs, panel, (int)tile.Inner, columns);
                    for (int g = 0; g < groups; g++)
                    {
                        for (int j = 0; j < columns; j++)
                            tile.SetColumn(j, panel + j * Tile.Lanes, sums + g * GroupSums + j * Tile.Lanes);
                        SixteenRows(ref tile, dy + ((nint)(group + g) * outputs + k) * Tile.Lanes, columns);
                    }
                }
                for (int g = 0; g < groups; g++)
                {
                    Transposition.Matrix(
                        sums + g * GroupSums, PanelRow, result + g * resultGroup, Tile.Lanes, Tile.Lanes, width);
                }
            }
        }
    }

    /// <summary>The rows of a tile are the samples of a group.</summary>
    static void SixteenRows(ref Tile tile, float* a, int columns)
    {
        Cut cut = new(Tile.Lanes, Tile.RowsFor(columns));
        for (int row = 0, part = 0; row < Tile.Lanes; row += cut.Size(part), part++)
        {
            tile.A = a + row;
            tile.CStart = row * PanelRow;
            tile.Run(cut.Size(part), columns);
        }
    }
}
