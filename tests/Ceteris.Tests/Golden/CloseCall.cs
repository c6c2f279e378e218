using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Tests;

/// <summary>What a ReLU or a max pool saw in one step.</summary>
sealed record Decision(Tensor Kink, float[] Seen)
{
    /// <summary>The ReLUs and max pools of a computation.</summary>
    public static Tensor[] Kinks(Computation computation) =>
        [.. Graph.Order([.. computation.Outputs.Select(o => o.Value), .. computation.Updates.Select(u => u.Value)])
            .Where(t => t.Op is Map<Relu> or MaxPool2dOp)];

    /// <summary>For each element whether it is let through.</summary>
    public bool[] LetThrough()
    {
        if (Kink.Op is not MaxPool2dOp { Settings: var pool })
            return [.. Seen.Select(x => x > 0)];
        var through = new bool[Seen.Length];
        Shape x = Kink.Inputs[0].Shape, y = Kink.Shape;
        for (int o = 0; o < y.Elements; o++)
        {
            int plane = o / (y[2] * y[3]) * x[2] * x[3], best = -1;
            int top = (o / y[3] % y[2] * pool.Stride.H) - pool.Padding.H,
                left = (o % y[3] * pool.Stride.W) - pool.Padding.W;
            for (int h = Math.Max(0, top); h < Math.Min(x[2], top + pool.Window.H); h++)
            {
                for (int w = Math.Max(0, left); w < Math.Min(x[3], left + pool.Window.W); w++)
                {
                    int i = plane + (h * x[3]) + w;
                    if (best < 0 || Seen[i] > Seen[best])
                        best = i;
                }
            }
            through[best] = true;
        }
        return through;
    }
}

/// <summary>
/// An element that is let through in one run and not in another, and by how little, relative to the typical element.
/// </summary>
sealed record CloseCall(string Layer, int Step, int Element, double Margin)
{
    /// <summary>
    /// The differing decisions of the first step, and in it the first layer, in which two runs differ: what follows is
    /// consequence.
    /// </summary>
    public static CloseCall[] FirstDifferences(List<Decision[]> a, List<Decision[]> b)
    {
        for (int step = 0; step < a.Count; step++)
        {
            for (int k = 0; k < a[step].Length; k++)
            {
                bool[] first = a[step][k].LetThrough(), second = b[step][k].LetThrough();
                int[] differing = [.. Enumerable.Range(0, first.Length).Where(i => first[i] != second[i])];
                if (differing.Length > 0)
                {
                    string layer = a[step][k].Kink.Path;
                    var seen = a[step][k];
                    return [.. differing.Select(i => new CloseCall(layer, step, i, MarginOf(seen, i, differing)))];
                }
            }
        }
        return [];
    }

    /// <summary>
    /// For a ReLU the distance to 0, for a max pool to the nearest other candidate that differs, over the root mean
    /// square.
    /// </summary>
    static double MarginOf(Decision decision, int element, int[] differing)
    {
        float[] x = decision.Seen;
        double margin = decision.Kink.Op is MaxPool2dOp
            ? differing.Where(i => i != element).Min(i => Math.Abs((double)x[i] - x[element]))
            : Math.Abs((double)x[element]);
        return margin / Math.Sqrt(x.Sum(v => (double)v * v) / x.Length);
    }
}
