namespace Ceteris.Kernels;

/// <summary>
/// One axis of a convolution. Output o and tap r meet at input position o·stride − padding + r·dilation, if the image
/// has it.
/// </summary>
sealed class ConvAxis
{
    public ConvAxis(int inputs, int kernel, int stride, int padding, int dilation)
    {
        if (inputs < 1 || kernel < 1 || stride < 1 || padding < 0 || dilation < 1)
            throw new ArgumentException("expected positive image, kernel, stride and dilation and no negative padding, "
                + $"got image {inputs}, kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}");
        (Inputs, Kernel, Stride, Padding, Dilation) = (inputs, kernel, stride, padding, dilation);
        long room = inputs + 2L * padding - (long)dilation * (kernel - 1) - 1;
        if (room < 0)
            throw new ArgumentException($"expected a window of at most the padded image {inputs} + 2·{padding}, "
                + $"got kernel {kernel} with dilation {dilation}");
        Outputs = checked((int)(room / stride)) + 1;
        Forward = Classes(Outputs, 1, Stride, ForwardHits);
        Gradient = Classes(Inputs, Stride, 1, GradientHits);
        Valid = [.. Enumerable.Range(0, Kernel).Select(ValidOutputs)];
    }

    public int Inputs { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Padding { get; }

    public int Dilation { get; }

    public int Outputs { get; }

    /// <summary>Outputs grouped by the taps that fall into the image.</summary>
    public TapRun[] Forward { get; }

    /// <summary>Inputs grouped by the taps through which they reach an output.</summary>
    public TapRun[] Gradient { get; }

    /// <summary>For each tap the outputs [From, To) for which it falls into the image.</summary>
    public (int From, int To)[] Valid { get; }

    /// <summary>The input position that output 0 and <paramref name="tap"/> meet; may lie outside the image.</summary>
    public int Origin(int tap) => tap * Dilation - Padding;

    (int From, int To) ValidOutputs(int tap)
    {
        int from = 0, to = Outputs;
        while (from < to && from * Stride + Origin(tap) < 0)
            from++;
        while (to > from && (to - 1) * Stride + Origin(tap) >= Inputs)
            to--;
        return (from, to);
    }

    IEnumerable<TapHit> ForwardHits(int output) =>
        from tap in Enumerable.Range(0, Kernel)
        let input = output * Stride + Origin(tap)
        where input >= 0 && input < Inputs
        select new TapHit(tap, input);

    IEnumerable<TapHit> GradientHits(int input) =>
        from tap in Enumerable.Range(0, Kernel)
        let distance = input - Origin(tap)
        where distance >= 0 && distance % Stride == 0 && distance / Stride < Outputs
        select new TapHit(tap, distance / Stride);

    /// <summary>Positions of equal phase (modulo <paramref name="step"/>) with equal taps, as runs.</summary>
    static TapRun[] Classes(int positions, int step, int sourceStep, Func<int, IEnumerable<TapHit>> hits)
    {
        List<TapRun> runs = [];
        for (int phase = 0; phase < Math.Min(step, positions); phase++)
        {
            int first = runs.Count;
            for (int position = phase; position < positions; position += step)
            {
                TapHit[] here = [.. hits(position)];
                bool continues = runs.Count > first
                    && runs[^1].Hits.Select(hit => hit.Tap).SequenceEqual(here.Select(hit => hit.Tap));
                if (continues)
                    runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
                else
                    runs.Add(new(position, step, 1, sourceStep, here));
            }
        }
        return [.. runs];
    }
}

/// <summary>Tap <paramref name="Tap"/> meets position <paramref name="Source"/> of the source.</summary>
readonly record struct TapHit(int Tap, int Source);

/// <summary>
/// <paramref name="Count"/> positions from <paramref name="Start"/> on, <paramref name="Step"/> apart, that meet the
/// same taps: the i-th meets its source <paramref name="SourceStep"/>·i further than <paramref name="Hits"/> says.
/// </summary>
sealed record TapRun(int Start, int Step, int Count, int SourceStep, TapHit[] Hits);
