using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>
/// The weights of a network — parameters and running statistics — as a safetensors file, with the names that PyTorch's
/// <c>state_dict</c> has.
/// </summary>
static class StateDict
{
    /// <summary>
    /// PyTorch's batch norm counts its batches; the count means nothing to a network that averages its statistics with
    /// a fixed momentum, and is not read. PyTorch in turn misses it in no file.
    /// </summary>
    const string Counter = "num_batches_tracked";

    /// <exception cref="DataException">The file is damaged or no safetensors file.</exception>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public static IReadOnlyList<NamedTensor> Read(string path) =>
    [
        .. StorageException.During("read", path, () => Safetensors.Read(path)).Tensors
            .Where(tensor => tensor.Name != Counter && !tensor.Name.EndsWith($".{Counter}", StringComparison.Ordinal))
            .Select(tensor => new NamedTensor(tensor.Name, tensor.Shape, tensor.ToSingles())),
    ];

    public static byte[] ToBytes(IEnumerable<NamedTensor> weights, string runId) => new Safetensors(
        weights.Select(tensor => Data.NamedTensor.Of(tensor.Name, tensor.Shape, tensor.Values)),
        [KeyValuePair.Create("format", "pt"), KeyValuePair.Create("runId", runId)]).ToBytes();
}
