using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ceteris.Kernels;

namespace Ceteris.Benchmarks;

/// <summary>What is done with memory.</summary>
enum Access
{
    Read,
    Write,
    Copy,
    NonTemporalWrite,
}

/// <summary>How fast all threads of a pool together read and write memory, each its own.</summary>
static class Bandwidth
{
    const int Samples = 7, FloatsPerTurn = 128;
    const double SampleBytes = 1 << 30;

    /// <summary>
    /// 10⁹ bytes per second, the best of several samples; a copy counts what it reads and what it writes.
    /// </summary>
    public static double GigabytesPerSecond(WorkerPool pool, Access access, long bytesPerThread)
    {
        long floats = bytesPerThread / sizeof(float) / (2 * FloatsPerTurn) * (2 * FloatsPerTurn);
        var buffers = new NativeBuffer[pool.Threads];
        for (int i = 0; i < buffers.Length; i++)
            buffers[i] = new(floats);
        var tile = new Tile(access, buffers, Math.Max(1, (int)(SampleBytes / bytesPerThread / pool.Threads)));
        double best = 0;
        for (int i = 0; i <= Samples; i++)
        {
            long start = Stopwatch.GetTimestamp();
            pool.Run(pool.Threads, tile);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Max(best, (double)floats * sizeof(float) * tile.Turns * pool.Threads / seconds / 1e9);
        }
        foreach (var buffer in buffers)
            buffer.Dispose();
        return best;
    }

    sealed class Tile(Access access, NativeBuffer[] buffers, int turns) : ITileBody
    {
        float sink;

        public int Turns => turns;

        public unsafe void Run(int tile, int worker)
        {
            // By worker, not by tile: what a thread works on again is in its own caches.
            fixed (float* p = buffers[worker].Span)
            {
                long floats = buffers[worker].Length;
                // A field written in every turn would go back and forth between the caches of the cores.
                float sum = 0;
                for (int turn = 0; turn < turns; turn++)
                {
                    switch (access)
                    {
                        case Access.Read:
                            sum += Read(p, floats);
                            break;
                        case Access.Write:
                            Write<PlainStore>(p, floats);
                            break;
                        case Access.Copy:
                            Copy(p, p + floats / 2, floats / 2);
                            break;
                        default:
                            Write<NonTemporalStore>(p, floats);
                            break;
                    }
                }
                sink = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static unsafe float Read(float* p, long floats)
    {
        V a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (float* end = p + floats; p < end; p += FloatsPerTurn)
        {
            a |= V512(p, 0);
            b |= V512(p, 1);
            c |= V512(p, 2);
            d |= V512(p, 3);
            e |= V512(p, 4);
            f |= V512(p, 5);
            g |= V512(p, 6);
            h |= V512(p, 7);
        }
        return (a | b | c | d | e | f | g | h)[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static unsafe void Write<T>(float* p, long floats) where T : struct, IStore
    {
        V value = V.One;
        for (float* end = p + floats; p < end; p += FloatsPerTurn)
        {
            T.Store(value, p);
            T.Store(value, p + 16);
            T.Store(value, p + 32);
            T.Store(value, p + 48);
            T.Store(value, p + 64);
            T.Store(value, p + 80);
            T.Store(value, p + 96);
            T.Store(value, p + 112);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static unsafe void Copy(float* from, float* to, long floats)
    {
        for (float* end = from + floats; from < end; from += FloatsPerTurn, to += FloatsPerTurn)
        {
            V512(from, 0).StoreAligned(to);
            V512(from, 1).StoreAligned(to + 16);
            V512(from, 2).StoreAligned(to + 32);
            V512(from, 3).StoreAligned(to + 48);
            V512(from, 4).StoreAligned(to + 64);
            V512(from, 5).StoreAligned(to + 80);
            V512(from, 6).StoreAligned(to + 96);
            V512(from, 7).StoreAligned(to + 112);
        }
    }

    /// <summary>How a vector is written, a choice the compiler folds.</summary>
    unsafe interface IStore
    {
        static abstract void Store(V value, float* p);
    }

    readonly unsafe struct PlainStore : IStore
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(V value, float* p) => value.StoreAligned(p);
    }

    readonly unsafe struct NonTemporalStore : IStore
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(V value, float* p) => value.StoreAlignedNonTemporal(p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe V V512(float* p, int vector) => Vector512.LoadAligned(p + 16 * vector);
}
