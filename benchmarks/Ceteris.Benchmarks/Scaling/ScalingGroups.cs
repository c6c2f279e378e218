using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Benchmarks;

/// <summary>A question, and the variants that answer it; they are timed in alternation.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Title">What is asked; groups of one title share a table.</param>
/// <param name="Subject">Of what; empty if the variants say so.</param>
/// <param name="Variants">Their order is that of the table.</param>
sealed record ScalingGroup(string Name, string Title, string Subject, IReadOnlyList<Variant> Variants);

/// <summary>What is asked about growing and shrinking, and the goals.</summary>
static class ScalingGroups
{
    const double OddSizes = 1 / 1.5, NoDearer = 0.95, TwoAtOnce = 1.9, Avx2 = 0.45, OneImageSeconds = 1e-3;

    /// <summary>The groups in the order of the page; each is made when it is asked for.</summary>
    public static IEnumerable<ScalingGroup> All(int threads) =>
    [
        // Batch norm needs more than one value of a channel.
        Batches("base", 1, threads), Batches("sk", 2, threads), Batches("resnet18-d2l", 2, threads),
        new("width", $"Width, training step, batch 64, {threads} thread(s)", "SK", [.. Widths(threads)]),
        new("images", $"Odd image sizes, training step, batch 64, {threads} thread(s)", "", [.. Images(threads)]),
        new("channels", "Odd numbers of channels: three 3×3 convolutions of as many channels on 16×16 pixels, "
            + $"training step, batch 64, {threads} thread(s)", "", [.. Channels(threads)]),
        new("one image", "Evaluation of one image, 1 thread", "", [.. OneImage()]),
        .. Workload.All.Select(work => TwoThreads(work)),
        .. new[] { "base", "sk" }.Select(Concurrent),
        .. new[] { "base", "sk-0.2", "lenet-bn", "resnet18-d2l" }.Select(network => Pipeline(network, threads)),
        .. from phase in Enum.GetValues<Phase>() from work in Workload.All select VectorsOf(work, phase, threads),
    ];

    /// <summary>
    /// 63 and 100 images against the nearest multiple of 16; below 16 a step may cost what 16 images cost.
    /// </summary>
    static ScalingGroup Batches(string network, int least, int threads)
    {
        var work = Workload.Find(network);
        static string Label(int batch) => $"batch {batch}";
        Variant Of(int batch) => new(Label(batch), work with { Batch = batch }, Phase.Train, threads);
        return new("batch", $"Batch, training step, {threads} thread(s)", work.Title,
        [
            .. new[] { least, 8 }.Select(batch => Of(batch) with { Against = Label(16), AtLeast = NoDearer }),
            .. new[] { 16, 32 }.Select(batch => Of(batch) with { Against = Label(64), PerMultiplyAdd = true }),
            Of(63) with { Against = Label(64), PerMultiplyAdd = true, AtLeast = OddSizes },
            Of(64) with { PerMultiplyAdd = true },
            Of(96) with { Against = Label(64), PerMultiplyAdd = true },
            Of(100) with { Against = Label(96), PerMultiplyAdd = true, AtLeast = OddSizes },
            .. new[] { 128, 256 }.Select(batch => Of(batch) with { Against = Label(64), PerMultiplyAdd = true }),
        ]);
    }

    static IEnumerable<Variant> Widths(int threads)
    {
        var work = Workload.Find("sk");
        foreach (string width in new[] { "0.2", "0.35", "0.5", "0.75", "1", "1.25", "1.5" })
        {
            yield return new($"×{width}", work with { Network = $"sk-{width}" }, Phase.Train, threads)
            {
                Against = width == "1" ? null : "×1",
                PerMultiplyAdd = true,
            };
        }
    }

    static IEnumerable<Variant> Images(int threads)
    {
        Shape even = [1, 28, 28], odd = [1, 27, 31], evenColour = [3, 28, 32], oddColour = [3, 27, 31];
        foreach (var (network, round, ragged) in new[]
            { ("base", even, odd), ("sk", even, odd), ("resnet18-d2l", evenColour, oddColour) })
        {
            var work = Workload.Find(network) with { Batch = 64, Images = 640 };
            string label = $"{work.Title}, {round[1]}×{round[2]}";
            Variant Of(Shape image) =>
                new($"{work.Title}, {image[1]}×{image[2]}", work with { Image = image }, Phase.Train, threads)
                {
                    PerMultiplyAdd = true,
                };
            yield return Of(round);
            yield return Of(ragged) with { Against = label, AtLeast = OddSizes };
        }
    }

    static IEnumerable<Variant> Channels(int threads)
    {
        static string Label(int channels) => $"{channels} channels";
        Variant Of(int channels)
        {
            Layer conv = new Conv2d(channels, 3, Padding: 1);
            var work = new Workload("", Label(channels), [channels, 16, 16], 640, 64)
            {
                Custom =
                [
                    conv, Activation.Relu, conv, Activation.Relu, conv, Activation.Relu,
                    new AdaptiveAvgPool2d(1), new Flatten(), new Linear(Workload.Classes),
                ],
            };
            return new(Label(channels), work, Phase.Train, threads) { PerMultiplyAdd = true };
        }
        foreach (var (odd, round) in new[] { (3, 4), (17, 16), (130, 128) })
        {
            yield return Of(round);
            yield return Of(odd) with { Against = Label(round), AtLeast = OddSizes };
        }
    }

    static IEnumerable<Variant> OneImage() => Workload.All.Select(work =>
        new Variant(work.Title, work with { Batch = 1, Images = 64 }, Phase.Evaluate, 1)
        {
            AtMostSeconds = work.Network == "base" ? OneImageSeconds : null,
        });

    static ScalingGroup TwoThreads(Workload work) => new("threads", "Threads, training step", Subject(work),
    [
        new("1 thread", work, Phase.Train, 1),
        new("2 threads", work, Phase.Train, 2)
            { Against = "1 thread", AtLeast = work.ThreadsGoal > 0 ? work.ThreadsGoal : null },
    ]);

    static ScalingGroup Concurrent(string network)
    {
        var work = Workload.Find(network);
        return new("concurrent", "Two runs at once, training step, 1 thread each", Subject(work),
        [
            new("one", work, Phase.Train, 1),
            new("two at once", work, Phase.Train, 1) { Copies = 2, Against = "one", AtLeast = TwoAtOnce },
        ]);
    }

    static ScalingGroup Pipeline(string network, int threads)
    {
        var work = Workload.Find(network);
        return new("pipeline", $"Data pipeline, training step, {threads} thread(s)", Subject(work),
        [
            new("one batch for all steps", work, Phase.Train, threads) { Feeds = false },
            new("shuffled batches made from bytes", work, Phase.Train, threads) { Against = "one batch for all steps" },
        ]);
    }

    static ScalingGroup VectorsOf(Workload work, Phase phase, int threads) => new("avx2",
        $"AVX2 against AVX-512, {(phase == Phase.Train ? "training step" : "evaluation")}, {threads} thread(s)",
        Subject(work),
    [
        new("AVX-512", work, phase, threads) { Avx512 = true },
        new("AVX2", work, phase, threads) { Avx512 = false, Against = "AVX-512", AtLeast = Avx2 },
    ]);

    static string Subject(Workload work) => FormattableString.Invariant($"{work.Title}, {work.Batch:N0}");
}
