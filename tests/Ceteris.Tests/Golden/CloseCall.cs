using Ceteris.Compiler;

namespace Ceteris.Tests;

/// <summary>What a ReLU or a max pool saw in one step.</summary>
sealed record Decision(Tensor Kink, float[] Seen)
{
    /// <summary>The ReLUs and max pools of a computation.</summary>
    public static Tensor[] Kinks(Computation computation) =>
        [.. Graph.Order([.. computation.Outputs.Select(o => o.Value), .. computation.Updates.Select(u => u.Value)]).Where(t => t.Op is Map<Relu> or MaxPool2dOp)];

    /// <summary>For each element whether it is let through.</summary>
    public bool[] LetThrough()
    {
        if (Kink.Op is not MaxPool2dOp { Settings: var pool })
            return [.. Seen.Select(x => x > 0)];
        var through = new bool[Seen.Length];
        int height = Kink.Inputs[0].Shape[2], width = Kink.Inputs[0].Shape[3];
        for (int o = 0; o < Kink.Shape.Elements; o++)
        {
            int q = o % Kink.Shape[3], p = o / Kink.Shape[3] % Kink.Shape[2], plane = o / (Kink.Shape[2] * Kink.Shape[3]), best = -1;
            for (int h = (p * pool.Stride.H) - pool.Padding.H; h < (p * pool.Stride.H) - pool.Padding.H + pool.Window.H; h++)
            {
                for (int w = (q * pool.Stride.W) - pool.Padding.W; w < (q * pool.Stride.W) - pool.Padding.W + pool.Window.W; w++)
                {
                    int i = (((plane * height) + h) * width) + w;
                    if (h >= 0 && h < height && w >= 0 && w < width && (best < 0 || Seen[i] > Seen[best]))
                        best = i;
                }
            }
            through[best] = true;
        }
        return through;
    }
}

/// <summary>An element that is let through in one run and not in another, and by how little, relative to the typical element.</summary>
sealed record CloseCall(string Layer, int Step, int Element, double Margin)
{
    /// <summary>The differing decisions of the first step, and in it the first layer, in which two runs differ: what follows is consequence.</summary>
    public static CloseCall[] FirstDifferences(List<Decision[]> a, List<Decision[]> b)
    {
        for (int step = 0; step < a.Count; step++)
        {
            for (int k = 0; k < a[step].Length; k++)
            {
                bool[] first = a[step][k].LetThrough(), second = b[step][k].LetThrough();
                int[] differing = [.. Enumerable.Range(0, first.Length).Where(i => first[i] != second[i])];
                if (differing.Length > 0)
                    return [.. differing.Select(i => new CloseCall(a[step][k].Kink.Path, step, i, MarginOf(a[step][k], i, differing)))];
            }
        }
        return [];
    }

    /// <summary>For a ReLU the distance to 0, for a max pool to the nearest other candidate that differs, over the root mean square.</summary>
    static double MarginOf(Decision decision, int element, int[] differing)
    {
        float[] x = decision.Seen;
        double margin = decision.Kink.Op is MaxPool2dOp ? differing.Where(i => i != element).Min(i => Math.Abs((double)x[i] - x[element])) : Math.Abs((double)x[element]);
        return margin / Math.Sqrt(x.Sum(v => (double)v * v) / x.Length);
    }
}
