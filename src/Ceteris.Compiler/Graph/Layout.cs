namespace Ceteris.Compiler;

/// <summary>How a tensor lies in memory.</summary>
public enum Layout
{
    /// <summary>Row-major, as PyTorch: [N, C, H, W].</summary>
    Plain,

    /// <summary>
    /// Batch in lanes: [⌈N/16⌉][C][H][W][16], so that one vector is the same element of 16 samples. Lanes beyond N are
    /// padding: they may
    /// hold anything and never influence a value.
    /// </summary>
    Lanes,
}
