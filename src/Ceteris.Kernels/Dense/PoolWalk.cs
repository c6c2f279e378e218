using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

/// <summary>What a pool does at each window: compute its output, or spread the gradient of its output.</summary>
unsafe interface IPoolBody
{
    /// <summary>
    /// <paramref name="window"/> is the first pixel of the window, whose rows are <paramref name="down"/> floats apart;
    /// the output's pixel lies <paramref name="at"/> floats from the start of an image of outputs.
    /// </summary>
    void Run(float* window, nint down, PoolWindow rows, PoolWindow columns, nint at);

    /// <summary>The same for the commonest window, two rows of two pixels, none of them padding.</summary>
    void RunPairs(float* window, nint down, nint at);
}

/// <summary>The walk over the windows of some channels of an image, in the order of the outputs.</summary>
static unsafe class PoolWalk
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(PoolShape shape, float* image, int channelFrom, int channelTo, T body)
        where T : struct, IPoolBody
    {
        nint down = (nint)shape.Width * Tile.Lanes, at = (nint)channelFrom * shape.OutputPlane;
        for (int channel = channelFrom; channel < channelTo; channel++)
        {
            float* plane = image + (nint)channel * shape.InputPlane;
            foreach (PoolWindow rows in shape.Rows)
            {
                float* row = plane + rows.From * down;
                int column = 0;
                if (rows.IsPair)
                {
                    for (; column < shape.PairColumns; column++, at += Tile.Lanes)
                        body.RunPairs(row + column * (2 * Tile.Lanes), down, at);
                }
                for (; column < shape.OutputWidth; column++, at += Tile.Lanes)
                {
                    PoolWindow columns = shape.Columns[column];
                    body.Run(row + (nint)columns.From * Tile.Lanes, down, rows, columns, at);
                }
            }
        }
    }
}
