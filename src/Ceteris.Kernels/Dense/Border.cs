using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

/// <summary>The checks at a kernel's border: inside, nothing is checked.</summary>
static class Border
{
    /// <exception cref="ArgumentException">The view has another length.</exception>
    public static void Length(Floats view, long expected, [CallerArgumentExpression(nameof(view))] string name = "")
    {
        if (view.Length != expected)
            throw new ArgumentException($"expected {expected} floats, got {view.Length}", name);
    }

    /// <exception cref="ArgumentException">The view is shorter.</exception>
    public static void AtLeast(Floats view, long expected, [CallerArgumentExpression(nameof(view))] string name = "")
    {
        if (view.Length < expected)
            throw new ArgumentException($"expected at least {expected} floats, got {view.Length}", name);
    }

    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ from ≤ to ≤ count.</exception>
    public static void Range(int from, int to, int count, [CallerArgumentExpression(nameof(from))] string name = "")
    {
        if (from < 0 || to < from || to > count)
            throw new ArgumentOutOfRangeException(name, $"expected a range within 0..{count}, got {from}..{to}");
    }

    /// <summary>One group's images before and behind a pool, and the channels to compute.</summary>
    /// <exception cref="ArgumentException">A view has another length, or the range lies outside the shape.</exception>
    public static void Pool(PoolShape shape, Floats image, Floats output, int channelFrom, int channelTo,
        [CallerArgumentExpression(nameof(image))] string imageName = "",
        [CallerArgumentExpression(nameof(output))] string outputName = "")
    {
        Length(image, shape.InputLength, imageName);
        Length(output, shape.OutputLength, outputName);
        Range(channelFrom, channelTo, shape.Channels);
    }
}
