using System.Diagnostics;
using System.Text.Json;

namespace Ceteris.Benchmarks;

/// <summary>A process that runs PyTorch and does what it is asked, see <c>PyTorch/compare.py</c>.</summary>
sealed class PyTorchSide : IDisposable
{
    readonly Peer peer;

    /// <summary>Starts the process. Errors: <see cref="PeerException"/> that says what is missing.</summary>
    public PyTorchSide(string python)
    {
        peer = new("a Python interpreter (--python) with PyTorch",
            new ProcessStartInfo(python, [Script("compare.py")]));
        Version = peer.Answer().Deserialize<PyTorchVersion>(JsonSerializerOptions.Web)!;
    }

    public PyTorchVersion Version { get; }

    /// <summary>A program of PyTorch's side.</summary>
    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "PyTorch", name);

    public void Open(Workload work, Phase phase, string data, string weights, int threads) => peer.Ask(new()
    {
        ["do"] = "open",
        ["network"] = work.Network,
        ["data"] = data,
        ["weights"] = weights,
        ["phase"] = phase == Phase.Train ? "train" : "evaluate",
        ["batch"] = work.Batch,
        ["rate"] = work.Rate,
        ["momentum"] = work.Momentum,
        ["threads"] = threads,
    });

    public double[] Losses(string way, int steps) =>
        peer.Ask(new() { ["do"] = "losses", ["way"] = way, ["steps"] = steps })["losses"].Deserialize<double[]>()!;

    public Timing Steps(string way, int count) =>
        peer.AskTiming(new() { ["do"] = "run", ["way"] = way, ["count"] = count });

    /// <summary>Peak of resident memory since the latest way was first run.</summary>
    public long PeakBytes() => (long)peer.Ask(new() { ["do"] = "memory" })["peak"]!;

    public void Dispose() => peer.Dispose();
}
