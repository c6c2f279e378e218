using Ceteris.Kernels;

namespace Ceteris.Networks;

/// <summary>What the variance of a weight is measured against.</summary>
public enum Fan
{
    /// <summary>Inputs of a unit: shape[1] · window. Keeps the variance of activations.</summary>
    In,

    /// <summary>Units that an input reaches: shape[0] · window. Keeps the variance of gradients.</summary>
    Out,

    /// <summary>The mean of both (Glorot and Bengio 2010).</summary>
    Average,
}

/// <summary>How a variable starts. A value: the same initialiser, shape and key give the same numbers.</summary>
public abstract record Init
{
    /// <summary>Fills a variable; element i takes draw i of the stream of <paramref name="key"/>.</summary>
    public abstract void Fill(Span<float> to, Shape shape, StreamKey key);

    public static Init Zeros { get; } = Constant(0);

    public static Init Ones { get; } = Constant(1);

    /// <summary>
    /// PyTorch's default for linear and convolutional weights: uniform within ±1/√fan_in (Kaiming uniform with a = √5).
    /// </summary>
    public static Init Default { get; } = KaimingUniform(Math.Sqrt(1 / 3.0));

    public static Init Constant(double value) => new ConstantInit(value);

    /// <summary>Uniform in [low, high).</summary>
    public static Init Uniform(double low, double high) => new UniformInit(low, high);

    public static Init Normal(double mean, double deviation) => new NormalInit(mean, deviation);

    /// <summary>
    /// Uniform with standard deviation gain / √fan (He et al. 2015); the gain is ReLU's √2 unless given.
    /// </summary>
    public static Init KaimingUniform(double? gain = null, Fan fan = Fan.In) =>
        new ScaledInit("kaiming_uniform", fan, gain ?? Math.Sqrt(2), false);

    /// <summary>
    /// Normal with standard deviation gain / √fan (He et al. 2015); the gain is ReLU's √2 unless given.
    /// </summary>
    public static Init KaimingNormal(double? gain = null, Fan fan = Fan.In) =>
        new ScaledInit("kaiming_normal", fan, gain ?? Math.Sqrt(2), true);

    /// <summary>Uniform with standard deviation gain · √(2 / (fan_in + fan_out)) (Glorot and Bengio 2010).</summary>
    public static Init XavierUniform(double gain = 1) => new ScaledInit("xavier_uniform", Fan.Average, gain, false);

    /// <summary>Normal with standard deviation gain · √(2 / (fan_in + fan_out)) (Glorot and Bengio 2010).</summary>
    public static Init XavierNormal(double gain = 1) => new ScaledInit("xavier_normal", Fan.Average, gain, true);

    /// <summary>
    /// PyTorch's calculate_gain: how much an activation shrinks the standard deviation. <paramref name="parameter"/> is
    /// leaky ReLU's slope.
    /// </summary>
    public static double Gain(string activation, double? parameter = null) => activation switch
    {
        "linear" or "identity" or "sigmoid" => 1,
        "tanh" => 5.0 / 3,
        "relu" => Math.Sqrt(2),
        "leaky_relu" => Math.Sqrt(2 / (1 + ((parameter ?? 0.01) * (parameter ?? 0.01)))),
        "selu" => 0.75,
        _ => throw SettingException.Unknown("activation for a gain", activation,
            ["linear", "identity", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]),
    };

    /// <summary>
    /// How many inputs reach a unit, and how many units an input reaches.   [K, C, …] → (C · window, K · window)
    /// </summary>
    public static (int In, int Out) Fans(Shape shape)
    {
        if (shape.Rank < 2)
            throw new ArgumentException($"expected a weight of two or more axes to scale by its fan, got {shape}");
        int window = shape.ElementsFrom(2);
        return (shape[1] * window, shape[0] * window);
    }

    static readonly string[] names =
    [
        "default", "zeros", "ones", "constant", "uniform", "normal",
        "kaiming_uniform", "kaiming_normal", "xavier_uniform", "xavier_normal",
    ];

    /// <summary>
    /// An initialiser as it is written: <c>default</c>, <c>normal(0.01,0.1)</c>, <c>xavier_uniform</c>,
    /// <c>kaiming_normal(1)</c>.
    /// </summary>
    public static Init Parse(string text)
    {
        var call = Call.Parse(text);
        return call.Name switch
        {
            "default" => call.Takes(Default),
            "zeros" => call.Takes(Zeros),
            "ones" => call.Takes(Ones),
            "constant" => Constant(call.Complete("constant(value)", [null])[0]),
            "uniform" when call.Complete("uniform(low,high)", null, null) is [var low, var high] => low < high
                ? Uniform(low, high) : throw Impossible("uniform(low,high) with low below high"),
            "normal" when call.Complete("normal(mean,std)", null, null) is [var mean, var deviation] => deviation >= 0
                ? Normal(mean, deviation) : throw Impossible("normal(mean,std) with std from 0 on"),
            "kaiming_uniform" => KaimingUniform(Gain(Math.Sqrt(2))),
            "kaiming_normal" => KaimingNormal(Gain(Math.Sqrt(2))),
            "xavier_uniform" => XavierUniform(Gain(1)),
            "xavier_normal" => XavierNormal(Gain(1)),
            _ => throw SettingException.Unknown("initialiser", call.Name, names),
        };

        double Gain(double byDefault) => call.Complete($"{call.Name}(gain)", byDefault)[0] is > 0 and var gain ? gain
            : throw Impossible($"{call.Name}(gain) with a gain above 0");

        SettingException Impossible(string expected) => new($"expected {expected}, got '{call}'");
    }
}

/// <summary>
/// The initialisers of a whole network: for the weights, and the biases (null: PyTorch's), of linear and convolutional
/// layers.
/// </summary>
public sealed record Initialisation(Init Weight, Init? Bias = null)
{
    public static Initialisation Default { get; } = new(Init.Default);
}

sealed record ConstantInit(double Value) : Init
{
    public override void Fill(Span<float> to, Shape shape, StreamKey key) => to.Fill((float)Value);

    public override string ToString() => Call.Text("constant", Value);
}

sealed record UniformInit(double Low, double High) : Init
{
    public override void Fill(Span<float> to, Shape shape, StreamKey key)
    {
        var stream = new RandomStream(key);
        foreach (ref float value in to)
            value = stream.NextSingle((float)Low, (float)High);
    }

    public override string ToString() => Call.Text("uniform", Low, High);
}

sealed record NormalInit(double Mean, double Deviation) : Init
{
    public override void Fill(Span<float> to, Shape shape, StreamKey key)
    {
        var stream = new RandomStream(key);
        foreach (ref float value in to)
            value = (float)Mean + ((float)Deviation * stream.NextNormal());
    }

    public override string ToString() => Call.Text("normal", Mean, Deviation);
}

/// <summary>Mean 0 and standard deviation Factor / √fan, uniform within ±√3 deviations or normal.</summary>
sealed record ScaledInit(string Label, Fan Fan, double Factor, bool IsNormal) : Init
{
    public override void Fill(Span<float> to, Shape shape, StreamKey key)
    {
        (int fanIn, int fanOut) = Fans(shape);
        double fan = Fan switch { Fan.In => fanIn, Fan.Out => fanOut, _ => (fanIn + (double)fanOut) / 2 };
        double deviation = Factor / Math.Sqrt(fan), bound = Math.Sqrt(3) * deviation;
        Init init = IsNormal ? Normal(0, deviation) : Uniform(-bound, bound);
        init.Fill(to, shape, key);
    }

    public override string ToString() => Call.Text(Label, Factor);
}
