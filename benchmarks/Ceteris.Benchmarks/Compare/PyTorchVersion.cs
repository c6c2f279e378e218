namespace Ceteris.Benchmarks;

/// <summary>What there is of PyTorch on this machine.</summary>
sealed record PyTorchVersion(string Python, string PyTorch, string OneDnn, string Capability, IReadOnlyList<string> Libraries)
{
    /// <summary>The matrix library that is loaded, by its file name and folder.</summary>
    public string Blas => Libraries.FirstOrDefault(l => Path.GetFileName(l).Contains("openblas", StringComparison.Ordinal))
        ?? Libraries.FirstOrDefault(l => Path.GetFileName(l).Contains("mkl", StringComparison.Ordinal))
        ?? Libraries.FirstOrDefault(l => Path.GetFileName(l).Contains("blas", StringComparison.Ordinal))
        ?? "none of its own";

    /// <summary>Why PyTorch is slower here than it could be, or null.</summary>
    public string? Handicap => !Blas.Contains("openblas", StringComparison.Ordinal) && !Blas.Contains("mkl", StringComparison.Ordinal)
        && Libraries.Any(l => Path.GetFileName(l).StartsWith("libblas", StringComparison.Ordinal))
        ? $"PyTorch's matrix products run on {Blas}, the reference library: install libopenblas0-openmp"
        : Blas.Contains("pthread", StringComparison.Ordinal)
        ? $"PyTorch's matrix products run on {Blas}, whose threads compete with those of OpenMP: install libopenblas0-openmp"
        : null;

    /// <summary>In words, with what is wrong with it.</summary>
    public string Description => $"PyTorch {PyTorch} (Python {Python}, oneDNN {OneDnn}, kernels of its own for {Capability}, "
        + $"matrix products by {Blas}){(Handicap is null ? "" : $". **{Handicap}**")}";
}
