using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ceteris.Benchmarks;

/// <summary>PyTorch cannot be run, or did not do what it was asked.</summary>
sealed class PyTorchException(string message) : Exception(message);

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
}

/// <summary>A process that runs PyTorch and does what it is asked, see <c>compare_pytorch.py</c>; it blocks while it is not asked.</summary>
sealed class PyTorchSide : IDisposable
{
    const string Script = "compare_pytorch.py";

    /// <summary>Settings of the surroundings that would cut PyTorch's threads or change how they wait.</summary>
    static readonly string[] cleared = ["OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "GOTO_"];

    readonly Process process;

    /// <summary>Starts the process. Errors: <see cref="PyTorchException"/> that says what is missing.</summary>
    public PyTorchSide(string python)
    {
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, Script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string name in start.Environment.Keys.Where(k => cleared.Any(c => k.StartsWith(c, StringComparison.Ordinal))).ToList())
            start.Environment.Remove(name);
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PyTorchException($"expected a Python interpreter at {python}: {e.Message}; name another with --python");
        }
        Version = Answer().Deserialize<PyTorchVersion>(new JsonSerializerOptions { PropertyNameCaseInsensitive = true })!;
    }

    public PyTorchVersion Version { get; }

    public void Open(CompareCase one, Phase phase, string data, string weights, int threads) => Ask(new()
    {
        ["do"] = "open",
        ["network"] = one.Network,
        ["data"] = data,
        ["weights"] = weights,
        ["phase"] = phase == Phase.Train ? "train" : "evaluate",
        ["batch"] = one.Batch,
        ["rate"] = one.Rate,
        ["momentum"] = one.Momentum,
        ["threads"] = threads,
    });

    public double[] Losses(string way, int steps) =>
        Ask(new() { ["do"] = "losses", ["way"] = way, ["steps"] = steps })["losses"].Deserialize<double[]>()!;

    public Timing Run(string way, string unit, int count)
    {
        var answer = Ask(new() { ["do"] = "run", ["way"] = way, ["unit"] = unit, ["count"] = count });
        return new((double)answer["seconds"]!, (double)answer["cpu"]!);
    }

    /// <summary>Peak of resident memory since the latest way was first run.</summary>
    public long PeakBytes() => (long)Ask(new() { ["do"] = "memory" })["peak"]!;

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(10_000))
            process.Kill();
        process.Dispose();
    }

    JsonNode Ask(JsonObject command)
    {
        try
        {
            process.StandardInput.WriteLine(command.ToJsonString());
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // The process is gone; reading its answer says so.
        }
        return Answer();
    }

    JsonNode Answer()
    {
        string? line = process.StandardOutput.ReadLine();
        if (line is null)
        {
            process.WaitForExit();
            throw new PyTorchException($"expected an answer of PyTorch's process, but it ended with exit code {process.ExitCode}");
        }
        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error ? throw new PyTorchException($"PyTorch: {error}") : answer;
    }
}
