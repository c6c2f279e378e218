using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void RunsEveryTileOnce(int threads)
    {
        using WorkerPool pool = new(threads);
        Assert.Equal(threads, pool.Threads);
        foreach (int tiles in new[] { 0, 1, 2, 3, 7, 8, 100, 5000 })
        {
            Counter counter = new(tiles, threads);
            pool.Run(tiles, counter);
            Assert.All(counter.Counts, count => Assert.Equal(1, count));
            Assert.False(counter.WorkerOutOfRange);
            Assert.False(counter.WorkerTwiceAtOnce);
        }
    }

    [Theory]
    [InlineData(2, 100_000)]
    [InlineData(7, 20_000)]
    public void ManyRegionsMixNoTiles(int threads, int regions)
    {
        using WorkerPool pool = new(threads);
        RandomStream draw = new(StreamKey.For(1, "regions"));
        Counter[] counters = [new(1, threads), new(2, threads), new(3, threads), new(16, threads)];
        int[] runs = new int[counters.Length];
        for (int i = 0; i < regions; i++)
        {
            int which = draw.Next(counters.Length);
            pool.Run(counters[which].Counts.Length, counters[which]);
            runs[which]++;
            Assert.All(counters[which].Counts, count => Assert.Equal(runs[which], count));
        }
    }

    [Fact]
    public void WakesWorkersThatFellAsleep()
    {
        using WorkerPool pool = new(2);
        for (int i = 0; i < 5; i++)
        {
            Thread.Sleep(20);
            // Each tile waits for the other, so this ends only if both workers take part.
            using Meeting meeting = new(2);
            pool.Run(2, meeting);
            Assert.Equal(2, meeting.Met);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void WaitsForTheSlowestTile(int milliseconds)
    {
        using WorkerPool pool = new(2);
        for (int i = 0; i < 5; i++)
        {
            using Meeting meeting = new(2, milliseconds);
            pool.Run(2, meeting);
            Assert.Equal(2, meeting.Met);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void IdleWorkersSleep(int threads)
    {
        using WorkerPool pool = new(threads);
        for (int i = 0; i < 3; i++)
        {
            pool.Run(100, new Counter(100, threads));
            bool asleep = SpinWait.SpinUntil(() => pool.Asleep == threads - 1, TimeSpan.FromSeconds(20));
            Assert.True(asleep, $"{pool.Asleep} of {threads - 1} asleep");
        }
    }

    [Fact]
    public void ManyPoolsAtOnce()
    {
        Thread[] callers = new Thread[6];
        bool[] right = new bool[callers.Length];
        for (int i = 0; i < callers.Length; i++)
        {
            int caller = i;
            callers[i] = new(() =>
            {
                using WorkerPool pool = new(1 + caller % 3);
                Counter counter = new(17, pool.Threads);
                for (int region = 0; region < 500; region++)
                    pool.Run(17, counter);
                right[caller] = counter.Counts.All(count => count == 500);
            });
            callers[i].Start();
        }
        foreach (Thread caller in callers)
            caller.Join();
        Assert.All(right, Assert.True);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void RethrowsTheFailureOfTheLowestTile(int threads)
    {
        using WorkerPool pool = new(threads);
        for (int i = 0; i < 200; i++)
        {
            Failing failing = new(tile => tile is 13 or 14 or 40);
            Exception thrown = Assert.Throws<TileException>(() => pool.Run(64, failing));
            Assert.Equal("tile 13", thrown.Message);
            Assert.Equal(0, failing.Inside);
            Counter counter = new(64, threads);
            pool.Run(64, counter);
            Assert.All(counter.Counts, count => Assert.Equal(1, count));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ATileCannotStartARegion(int threads)
    {
        using WorkerPool pool = new(threads);
        Nesting nesting = new(pool);
        Assert.Throws<InvalidOperationException>(() => pool.Run(4, nesting));
        pool.Run(4, new Counter(4, threads));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void DisposeEndsTheThreads(int threads)
    {
        for (int i = 0; i < 20; i++)
        {
            WorkerPool pool = new(threads);
            if (i % 2 == 0)
                pool.Run(10, new Counter(10, threads));
            pool.Dispose();
            Assert.All(pool.Workers.ToArray(), worker => Assert.False(worker.IsAlive));
            Assert.Throws<ObjectDisposedException>(() => pool.Run(1, new Counter(1, threads)));
            pool.Dispose();
        }
    }

    [Fact]
    public void RefusesBadArguments()
    {
        Exception thrown = Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(0));
        Assert.Contains("at least 1 thread, got 0", thrown.Message);
        using WorkerPool pool = new(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Run(-1, new Counter(0, 1)));
        Assert.Throws<ArgumentNullException>(() => pool.Run(1, null!));
        Assert.True(WorkerPool.DefaultThreads >= 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ARegionAllocatesNothing(int threads)
    {
        using WorkerPool pool = new(threads);
        Allocations allocations = new(threads);
        pool.Run(50, allocations);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            pool.Run(50, allocations);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.All(allocations.Seen, seen => Assert.Equal(seen.First, seen.Last));
    }

    sealed class TileException(string message) : Exception(message);

    sealed class Counter(int tiles, int threads) : ITileBody
    {
        readonly int[] inside = new int[threads];

        public int[] Counts { get; } = new int[tiles];

        public bool WorkerOutOfRange { get; private set; }

        public bool WorkerTwiceAtOnce { get; private set; }

        public void Run(int tile, int worker)
        {
            if (worker < 0 || worker >= threads)
                WorkerOutOfRange = true;
            else if (Interlocked.Increment(ref inside[worker]) != 1)
                WorkerTwiceAtOnce = true;
            Interlocked.Increment(ref Counts[tile]);
            Interlocked.Decrement(ref inside[worker]);
        }
    }

    /// <summary>What each worker had allocated when it ran its first and its last tile.</summary>
    sealed class Allocations(int threads) : ITileBody
    {
        public (long First, long Last)[] Seen { get; } = new (long, long)[threads];

        public void Run(int tile, int worker)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            Seen[worker] = (Seen[worker].First == 0 ? now : Seen[worker].First, now);
        }
    }

    /// <summary>Tiles that wait for each other; the one that is not the caller's then dawdles.</summary>
    sealed class Meeting(int participants, int delay = 0) : ITileBody, IDisposable
    {
        readonly Barrier barrier = new(participants);
        int met;

        public int Met => met;

        public void Run(int tile, int worker)
        {
            bool all = barrier.SignalAndWait(TimeSpan.FromSeconds(20));
            if (worker != 0)
                Thread.Sleep(delay);
            if (all)
                Interlocked.Increment(ref met);
        }

        public void Dispose() => barrier.Dispose();
    }

    sealed class Failing(Func<int, bool> fails) : ITileBody
    {
        int inside;

        public int Inside => Volatile.Read(ref inside);

        public void Run(int tile, int worker)
        {
            Interlocked.Increment(ref inside);
            try
            {
                Thread.SpinWait(tile % 7);
                if (fails(tile))
                    throw new TileException($"tile {tile}");
            }
            finally
            {
                Interlocked.Decrement(ref inside);
            }
        }
    }

    sealed class Nesting(WorkerPool pool) : ITileBody
    {
        public void Run(int tile, int worker) => pool.Run(2, this);
    }
}
