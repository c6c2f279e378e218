namespace Ceteris.Benchmarks;

/// <summary>What there is of PyTorch on this machine.</summary>
sealed record PyTorchVersion(
    string Python, string PyTorch, string OneDnn, string Capability, IReadOnlyList<string> Libraries)
{
    /// <summary>The matrix library that is loaded, by its file name and folder.</summary>
    public string Blas => Library("openblas") ?? Library("mkl") ?? Library("blas") ?? "none of its own";

    /// <summary>Why PyTorch is slower here than it could be, or null.</summary>
    public string? Handicap => Library("openblas") is null && Library("mkl") is null && Library("libblas") is not null
        ? $"PyTorch's matrix products run on {Blas}, the reference library: install libopenblas0-openmp"
        : Blas.Contains("pthread", StringComparison.Ordinal)
        ? $"PyTorch's matrix products run on {Blas}, whose threads compete with OpenMP's: install libopenblas0-openmp"
        : null;

    /// <summary>In words, with what is wrong with it.</summary>
    public string Description =>
        $"PyTorch {PyTorch} (Python {Python}, oneDNN {OneDnn}, kernels of its own for {Capability}, "
        + $"matrix products by {Blas}){(Handicap is null ? "" : $". **{Handicap}**")}";

    string? Library(string part) =>
        Libraries.FirstOrDefault(l => Path.GetFileName(l).Contains(part, StringComparison.Ordinal));
}
