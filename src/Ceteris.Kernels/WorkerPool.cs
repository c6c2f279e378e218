using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Ceteris.Kernels;

/// <summary>The work of a parallel region, cut into tiles.</summary>
public interface ITileBody
{
    /// <summary>
    /// Computes one tile. <paramref name="worker"/> (0 … threads − 1) serves to choose scratch memory and must not
    /// reach a result: which worker computes which tile differs from run to run.
    /// </summary>
    void Run(int tile, int worker);
}

/// <summary>
/// Threads that run the tiles of one parallel region after another. Tiles are claimed in index order; any worker may
/// take any tile, so a tile must depend on nothing but its index. A region allocates nothing and costs well below a
/// microsecond while the workers still look out for it; workers that find nothing to do for a while fall asleep.
/// </summary>
/// <remarks>
/// One word holds (region number, unclaimed tiles). A worker reads it, then the fields of the region, then takes a tile
/// by compare-and-swap: if that succeeds, the word has not changed, so the region was open all along and the fields are
/// its own. A worker the system has put aside can therefore never touch a later region, and no region waits for it.
/// </remarks>
public sealed class WorkerPool : IDisposable
{
    // One Thread.SpinWait(1) takes about 40 ns on any processor, so this is about 20 µs.
    const int Spins = 500, Yields = 100;

    readonly Thread[] workers;
    readonly Semaphore bell = new(0, int.MaxValue), finishBell = new(0, 1);
    readonly Lock failureLock = new();
    readonly int spins;

    Lines lines;
    ITileBody? body;
    int tiles, running;
    uint region;
    volatile int failedTile;
    Exception? failure;
    volatile bool stopped;

    /// <summary>Starts threads − 1 background threads; the caller of <see cref="Run"/> is worker 0.</summary>
    public WorkerPool(int threads)
    {
        if (threads < 1)
            throw new ArgumentOutOfRangeException(nameof(threads), $"expected at least 1 thread, got {threads}");
        // With more threads than processors a spinning worker would keep a working one from its processor.
        spins = threads <= DefaultThreads ? Spins : 0;
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.Length; i++)
        {
            int worker = i + 1;
            workers[i] = new(() => Work(worker)) { IsBackground = true, Name = $"Ceteris worker {worker}" };
            workers[i].Start();
        }
    }

    /// <summary>One thread for each processor that this process may use.</summary>
#pragma warning disable RS0030 // The one place that may ask: the answer decides speed, never a result.
    public static int DefaultThreads => Environment.ProcessorCount;
#pragma warning restore RS0030

    /// <summary>Number of workers, the caller included.</summary>
    public int Threads => workers.Length + 1;

    internal ReadOnlySpan<Thread> Workers => workers;

    /// <summary>Number of workers that wait for the bell.</summary>
    internal int Asleep => Volatile.Read(ref lines.Sleepers);

    /// <summary>
    /// Runs tiles 0 … <paramref name="tiles"/> − 1 and returns when all are done. If tiles throw, the exception of the
    /// lowest of them is rethrown once no tile is running any more; tiles after it may not have been run.
    /// </summary>
    /// <exception cref="InvalidOperationException">The pool is running: a tile or a second thread called.</exception>
    public void Run(int tiles, ITileBody body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tiles);
        ArgumentNullException.ThrowIfNull(body);
        Enter();
        try
        {
            if (workers.Length > 0 && tiles > 1)
                RunShared(tiles, body);
            else
                for (int tile = 0; tile < tiles; tile++)
                    body.Run(tile, 0);
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    /// <summary>Ends and joins the threads.</summary>
    public void Dispose()
    {
        if (stopped)
            return;
        Enter();
        stopped = true;
        if (workers.Length > 0)
            bell.Release(workers.Length);
        foreach (Thread worker in workers)
            worker.Join();
        bell.Dispose();
        finishBell.Dispose();
    }

    void Enter()
    {
        ObjectDisposedException.ThrowIf(stopped, this);
        bool busy = workers.Length > 0 ? Interlocked.Exchange(ref running, 1) != 0 : running != 0;
        if (busy)
            throw new InvalidOperationException(
                "expected an idle pool, got one that is running: a tile must not start a region");
        running = 1;
    }

    void RunShared(int tiles, ITileBody body)
    {
        this.body = body;
        this.tiles = tiles;
        failedTile = int.MaxValue;
        lines.Finished = 0;
        Interlocked.Exchange(ref lines.Open, ((ulong)++region << 32) | (uint)tiles);
        Wake(tiles - 1);
        Claim(0);
        AwaitFinish(tiles);
        this.body = null;
        if (failure is { } thrown)
        {
            failure = null;
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    void Work(int worker)
    {
        while (AwaitTiles())
            Claim(worker);
    }

    /// <summary>Runs tiles until none is left to claim.</summary>
    void Claim(int worker)
    {
        int done = 0, all = 0;
        ulong open;
        while ((uint)(open = Volatile.Read(ref lines.Open)) != 0)
        {
            (ITileBody? current, int total) = (Volatile.Read(ref body), Volatile.Read(ref tiles));
            if (Interlocked.CompareExchange(ref lines.Open, open - 1, open) != open)
                continue;
            RunTile(current!, total - (int)(uint)open, worker);
            (done, all) = (done + 1, total);
        }
        // The region stays open until its last finished tile is counted, so `all` is still its number of tiles.
        if (done > 0 && Interlocked.Add(ref lines.Finished, done) == all
            && Interlocked.Exchange(ref lines.CallerAsleep, 0) != 0)
            finishBell.Release();
    }

    void RunTile(ITileBody current, int tile, int worker)
    {
        // Tiles are claimed in order, so every tile below a failed one is run: the lowest failure is always the same.
        if (tile > failedTile)
            return;
        try
        {
            current.Run(tile, worker);
        }
        catch (Exception e)
        {
            lock (failureLock)
            {
                if (tile < failedTile)
                    (failure, failedTile) = (e, tile);
            }
        }
    }

    /// <summary>Waits for tiles to claim; false when the pool is being disposed of.</summary>
    bool AwaitTiles()
    {
        for (int wait = 0; ; wait++)
        {
            if ((uint)Volatile.Read(ref lines.Open) != 0)
                return true;
            if (wait < spins)
                Thread.SpinWait(1);
            else if (wait < spins + Yields)
                Thread.Yield();
            else if (stopped)
                return false;
            else
            {
                Sleep();
                wait = 0;
            }
        }
    }

    void Sleep()
    {
        // Announce first, look again after: whoever opens a region does it the other way round, so no call is missed.
        Interlocked.Increment(ref lines.Sleepers);
        bool called = (uint)Volatile.Read(ref lines.Open) != 0;
        if (!called || TakeSleepers(1) == 0)
            bell.WaitOne();
    }

    void Wake(int wanted)
    {
        if (Volatile.Read(ref lines.Sleepers) == 0)
            return;
        int woken = TakeSleepers(wanted);
        if (woken > 0)
            bell.Release(woken);
    }

    /// <summary>Takes up to so many workers off the count of those who are owed a ring of the bell.</summary>
    int TakeSleepers(int wanted)
    {
        while (true)
        {
            int sleepers = Volatile.Read(ref lines.Sleepers), taken = Math.Min(sleepers, wanted);
            if (taken == 0 || Interlocked.CompareExchange(ref lines.Sleepers, sleepers - taken, sleepers) == sleepers)
                return taken;
        }
    }

    void AwaitFinish(int tiles)
    {
        for (int wait = 0; Volatile.Read(ref lines.Finished) != tiles; wait++)
        {
            if (wait < spins)
                Thread.SpinWait(1);
            else if (wait < spins + Yields)
                Thread.Yield();
            else
            {
                Interlocked.Exchange(ref lines.CallerAsleep, 1);
                bool finished = Volatile.Read(ref lines.Finished) == tiles;
                if (!finished || Interlocked.Exchange(ref lines.CallerAsleep, 0) == 0)
                    finishBell.WaitOne();
            }
        }
    }

    /// <summary>What several threads write, each on two cache lines of its own (fetched in pairs).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 640)]
    struct Lines
    {
        [FieldOffset(128)] public ulong Open;
        [FieldOffset(256)] public int Finished;
        [FieldOffset(384)] public int Sleepers;
        [FieldOffset(512)] public int CallerAsleep;
    }
}
