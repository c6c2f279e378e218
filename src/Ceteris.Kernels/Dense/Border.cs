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
}
