using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ceteris.Compiler;
using Ceteris.Kernels;
using Ceteris.Networks;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Ceteris.PublicApi.Tests;

// What a user writes: operations on three levels, a layer, an optimiser, a loss, a model.

/// <summary>Level 0, a composition: softsquare(x) = x · |x|</summary>
public static class UserOps
{
    extension(Tensor x)
    {
        public Tensor SignedSquare() => x * x.Abs();

        public Tensor Softsign() => x.Map<Softsign>();

        public Tensor ChannelMean() => Tensor.Apply(new ChannelMean(), x);
    }
}

/// <summary>Level 1, an elementwise primitive: softsign(x) = x / (1 + |x|)</summary>
public readonly struct Softsign : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Eval(V x) => x / (V.One + Vector512.Abs(x));

    public static Tensor Gradient(Tensor x, Tensor y, Tensor dy) => dy / (1f + x.Abs()).Square();
}

/// <summary>
/// Level 2, an operation with a kernel of its own: the mean of each image.   x [N, C, H, W] → y [N, C]
/// </summary>
public sealed record ChannelMean : Op
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0] is [var n, var c, _, _] ? [n, c] : throw Shapes.Expected("[N, C, H, W]", inputs[0]);

    public override Tensor?[] Gradient(Tensor y, Tensor dy)
    {
        var x = y.Inputs[0].Shape;
        return [(dy / (x[2] * x[3])).Reshape([x[0], x[1], 1, 1]).BroadcastTo(x)];
    }

    public override void Run(in Tile tile)
    {
        int area = tile.Shapes[0].ElementsFrom(2);
        for (int i = tile.From * tile.RowElements; i < tile.To * tile.RowElements; i++)
        {
            float sum = 0;
            foreach (float x in tile.In(0).Slice(i * area, area))
                sum += x;
            tile.Out[i] = sum / area;
        }
    }
}

/// <summary>y = scale · softsign(x) + shift per channel, with a running mean of |y| kept beside.</summary>
public sealed record ScaledSoftsign : Layer
{
    protected override Tensor Forward(Scope at, Tensor x)
    {
        Shape row = [x.Shape[1], .. Enumerable.Repeat(1, x.Shape.Rank - 2)];
        var y = (x.Softsign() * at.Param("scale", row, Init.Ones)) + at.Param("shift", row, Init.Zeros);
        var size = at.Buffer("size", Shape.Scalar, Init.Zeros);
        if (at.Training)
            at.Assign(size, (0.5f * size) + (0.5f * y.Abs().Mean()));
        return y;
    }
}

/// <summary>
/// Signs of a moving average of gradients: m ← βm + (1 − β)g; w ← w − η sign(m) (Lion without its second average)
/// </summary>
public sealed record SignDescent(double Beta = 0.9) : Optimiser
{
    public override Tensor Update(Scope at, Tensor w, Tensor g, Tensor rate)
    {
        var old = at.State("average", w.Shape, Init.Zeros);
        var m = at.Assign(old, ((float)Beta * old) + ((float)(1 - Beta) * g));
        return w - (rate * ((m > 0f) - (m < 0f)));
    }
}

/// <summary>Squared hinge of the margin between the true class's output and each other.</summary>
public sealed record SquaredHinge : Loss
{
    public override Tensor PerSample(Tensor outputs, Tensor labels)
    {
        var oneHot = labels.OneHot(outputs.Shape[1]);
        var truth = (outputs * oneHot).Sum([1], keepDims: true);
        return (oneHot.EqualTo(0f) * (1f + outputs - truth).Max(0f).Square()).Sum([1]);
    }
}

public sealed class FromScratchTests
{
    const int Batch = 20;

    static readonly Layer model =
    [
        ("conv1", new Conv2d(4, 3, Padding: 1)), ("act1", new ScaledSoftsign()),
        new Residual(
            Body: [("conv2", new Conv2d(4, 3, Padding: 1)), Activation.Of("signed_square", x => x.SignedSquare())],
            Activation: Activation.Tanh),
        ("mean", Activation.Of("channel_mean", x => x.ChannelMean())),
        ("fc", new Linear(3)),
    ];

    public static TheoryData<Loss, Optimiser, float> Learners() => new()
    {
        { new CrossEntropy(), new SignDescent(), 0.02f },
        { new SquaredHinge(), new SignDescent(), 0.02f },
        { new CrossEntropy(LabelSmoothing: 0.1), new Sgd(Momentum: 0.9), 0.1f },
        { new Mse(), new Adam(), 0.02f },
    };

    [Theory]
    [MemberData(nameof(Learners))]
    public void ModelOfOwnPartsLearns(Loss loss, Optimiser optimiser, float rate)
    {
        var classifier = new Classifier(model, [1, 6, 6], Classes: 3) { Objective = loss, Optimiser = optimiser };
        using var store = new VariableStore();
        using var training = classifier.Training(Batch).Compile(store, seed: 1);
        (float[] images, float[] labels) = Stripes();
        training.Feed(Classifier.Images, images);
        training.Feed(Classifier.Labels, labels);
        training.Feed(Classifier.Rate, [rate]);
        var losses = new List<float>();
        for (int step = 0; step < 110; step++)
        {
            training.Run();
            losses.Add(training.Output(Classifier.Loss)[0]);
        }
        Assert.True(losses[^1] < 0.7f * losses[0], string.Join(" ", losses));
        Assert.True(store["act1.size"][0] > 0);

        using var evaluation = classifier.Evaluation(Batch).Compile(store, seed: 1);
        evaluation.Feed(Classifier.Images, images);
        evaluation.Feed(Classifier.Labels, labels);
        evaluation.Run();
        float correct = evaluation.Output(Classifier.Correct)[0];
        Assert.True(correct >= 0.8f * Batch, $"{correct} of {Batch} correct");
        Assert.Equal(correct, labels.Zip(evaluation.Output(Classifier.Predictions).ToArray())
            .Count(p => p.First == p.Second));
    }

    [Fact]
    public void ShapesThatDoNotFitNameTheLayer()
    {
        Layer network = [("features", Layer.Sequence([new Conv2d(4, 3), ("deep", new Conv2d(4, 9))]))];
        var error = Assert.Throws<ShapeException>(() => new Classifier(network, [1, 6, 6], 3).Training(Batch));
        Assert.Contains("features.deep", error.Message, StringComparison.Ordinal);
        Assert.Contains("[20, 4, 4, 4]", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Images of horizontal, vertical and no stripes with a little noise.</summary>
    static (float[] Images, float[] Labels) Stripes()
    {
        var stream = new RandomStream(StreamKey.For(5, "test"));
        var images = new float[Batch * 36];
        float[] labels = [.. Enumerable.Range(0, Batch).Select(n => (float)(n % 3))];
        for (int i = 0; i < images.Length; i++)
        {
            int y = i % 36 / 6, x = i % 6;
            float stripe = labels[i / 36] switch { 0 => y % 2, 1 => x % 2, _ => 0.5f };
            images[i] = stripe + stream.NextSingle(-0.1f, 0.1f);
        }
        return (images, labels);
    }
}
