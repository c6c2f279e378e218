using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>
/// One entry of a compiled program: a parallel region over tiles. Tiles are cut by shape alone and each writes its own
/// part of the
/// results, so neither the number of threads nor their order reaches a bit. Running a step allocates nothing.
/// </summary>
abstract class Step(IReadOnlyList<Tensor> reads, IReadOnlyList<Tensor> writes) : ITileBody
{
    public IReadOnlyList<Tensor> Reads { get; } = reads;

    public IReadOnlyList<Tensor> Writes { get; } = writes;

    /// <summary>A step of which this one needs more than tensors, if any: the partial results of a sum.</summary>
    public virtual Step? After => null;

    /// <summary>The steps that this one runs block by block; itself, if it is a single one.</summary>
    public virtual IReadOnlyList<Step> Parts => [this];

    /// <summary>The tensor whose place in the traced order is the step's.</summary>
    public virtual Tensor Anchor => Writes[0];

    /// <summary>Pieces of work; any thread may take any.</summary>
    public abstract int Tiles { get; }

    /// <summary>Floats of scratch memory that each worker needs.</summary>
    public virtual long ScratchFloats => 0;

    /// <summary>What is computed, for plans.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the first result may lie where input <paramref name="read"/> lies: element i is read before it
    /// is written.</summary>
    public virtual bool CanOverwrite(int read) => false;

    /// <summary>Learns where the tensors lie; called once.</summary>
    public abstract void Bind(IMemory memory);

    public abstract void Run(int tile, int worker);
}

/// <summary>Where tensors lie.</summary>
interface IMemory
{
    /// <summary>The numbers of a tensor in its layout.</summary>
    Floats this[Tensor tensor] { get; }

    /// <summary>Scratch memory of a worker, as large as the greediest step asked for.</summary>
    Floats Scratch(int worker);

    /// <summary>Where the blocks of a tensor lie that exists only by blocks; null: it lies whole in memory.</summary>
    BlockPlace? Place(Tensor tensor);

    int Workers { get; }

    /// <summary>Seed, epoch and sample identities of the run, for random masks.</summary>
    DrawAddress Draws { get; }
}

/// <summary>The run-time part of the address of a random draw.</summary>
sealed class DrawAddress(int samples)
{
    readonly Dictionary<string, StreamKey> keys = new(StringComparer.Ordinal);
    ulong seed;

    public ulong Seed
    {
        get => seed;
        set
        {
            seed = value;
            foreach (string path in keys.Keys)
                keys[path] = StreamKey.For(seed, "dropout", path);
        }
    }

    public int Epoch { get; set; }

    public int[] Samples { get; } = new int[samples];

    /// <summary>Makes the key of a mask known before it is drawn.</summary>
    public void Register(string path) => keys[path] = StreamKey.For(seed, "dropout", path);

    public StreamKey Key(string path) => keys[path];
}

/// <summary>Sizes in the layouts.</summary>
static class Sizes
{
    /// <summary>The fewest rows after which a row begins with a whole vector.</summary>
    public static int RowsOfVectors(long rowFloats) => 16 / (int)Math.Min(16, rowFloats & -rowFloats);

    public static int Groups(int samples) => (samples + 15) / 16;

    /// <summary>Floats that a tensor takes.</summary>
    public static long Floats(Shape shape, Layout layout) =>
        layout == Layout.Lanes ? Groups(shape[0]) * 16L * shape.ElementsFrom(1) : shape.Elements;
}
