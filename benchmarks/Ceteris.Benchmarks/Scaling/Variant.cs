namespace Ceteris.Benchmarks;

/// <summary>One of the ways of doing something that are compared with each other.</summary>
/// <param name="Label">Its name, unique in its group.</param>
/// <param name="Work">What is run.</param>
/// <param name="Phase">Training steps or evaluations.</param>
/// <param name="Threads">That compute.</param>
sealed record Variant(string Label, Workload Work, Phase Phase, int Threads)
{
    /// <summary>The label of the variant whose speed is 1; null if it is this one or there is none.</summary>
    public string? Against { get; init; }

    /// <summary>Speed counts multiply-adds instead of steps.</summary>
    public bool PerMultiplyAdd { get; init; }

    /// <summary>The goal of the speed; null: as it comes.</summary>
    public double? AtLeast { get; init; }

    /// <summary>The goal of the time of a step; null: as it comes.</summary>
    public double? AtMostSeconds { get; init; }

    /// <summary>In a process of its own, without AVX-512 if false.</summary>
    public bool? Avx512 { get; init; }

    /// <summary>Whether every step makes a batch of its own; else the first serves all.</summary>
    public bool Feeds { get; init; } = true;

    /// <summary>Runs at once, each with its own threads.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Whether steps take seconds.</summary>
    public bool IsSlow => Work is { IsSlow: true, Batch: > 16 };

    /// <summary>Makes ready to run. What is to be disposed of is added to <paramref name="owned"/>.</summary>
    public Contender Open(ICollection<IDisposable> owned)
    {
        if (Avx512 is { } avx512)
        {
            var peer = new CeterisPeer(Work, Phase, Threads, avx512);
            owned.Add(peer);
            return new(Label, peer.Steps);
        }
        // Thousands of steps on few random images would end in NaN; a step does the same at any rate.
        var still = Work with { Rate = 0 };
        CeterisSide[] sides =
            [.. Enumerable.Range(0, Copies).Select(_ => new CeterisSide(still, Phase, Threads, Feeds))];
        foreach (var side in sides)
            owned.Add(side);
        return new(Label, sides is [var only] ? only.Steps : count => AtOnce(sides, count));
    }

    static Timing AtOnce(CeterisSide[] sides, int count) => Timing.Of(() =>
    {
        Thread[] threads = [.. sides.Select(side => new Thread(() => side.Run(count)))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
    });
}
