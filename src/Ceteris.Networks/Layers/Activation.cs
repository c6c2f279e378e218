using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>
/// A function without parameters as a layer, known by its name: <c>Activation.Relu</c>, or one's own:
/// <c>Activation.Of("swish", x => x * x.Sigmoid())</c>. Two with the same name are equal.
/// </summary>
public sealed record Activation : Layer
{
    readonly Func<Tensor, Tensor> function;

    Activation(string label, Func<Tensor, Tensor> function, float? steepest = 1) =>
        (Label, this.function, Steepest) = (label, function, steepest);

    public string Label { get; }

    /// <summary>
    /// Its slope where it is steepest, roughly; null for a function that is not of each element by itself.
    /// </summary>
    public float? Steepest { get; }

    public override string Name => Label;

    public static Activation Relu { get; } = new("relu", x => x.Relu());

    public static Activation Sigmoid { get; } = new("sigmoid", x => x.Sigmoid(), 0.25f);

    public static Activation Tanh { get; } = new("tanh", x => x.Tanh());

    public static Activation Gelu { get; } = new("gelu", x => x.Gelu());

    public static Activation Silu { get; } = new("silu", x => x.Silu());

    public static Activation Hardswish { get; } = new("hardswish", x => x.Hardswish());

    /// <summary>Over axis 1.</summary>
    public static Activation Softmax { get; } = new("softmax", x => x.Softmax(1), null);

    /// <summary>Over axis 1.</summary>
    public static Activation LogSoftmax { get; } = new("log_softmax", x => x.LogSoftmax(1), null);

    public static Activation LeakyRelu(double slope = 0.01) =>
        new(Call.ShortText("leaky_relu", [slope], [0.01]), x => x.LeakyRelu((float)slope));

    public static Activation Elu(double alpha = 1) => new(Call.ShortText("elu", [alpha], [1]), x => x.Elu((float)alpha));

    public static Activation Softplus(double beta = 1, double threshold = 20) =>
        new(Call.ShortText("softplus", [beta, threshold], [1, 20]), x => x.Softplus((float)beta, (float)threshold));

    /// <summary>One's own function.</summary>
    public static Activation Of(string name, Func<Tensor, Tensor> function) => new(name, function);

    /// <summary>The names that <see cref="Parse"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "relu", "leaky_relu", "sigmoid", "tanh", "gelu", "silu", "elu", "softplus", "hardswish", "softmax",
        "log_softmax", "identity",
    ];

    /// <summary>An activation by name, with numbers where it takes any: <c>relu</c>, <c>leaky_relu(0.1)</c>.</summary>
    public static Layer Parse(string text)
    {
        var call = Call.Parse(text);
        return call.Name switch
        {
            "relu" => call.Takes(Relu),
            "leaky_relu" => LeakyRelu(call.Complete("leaky_relu(slope)", 0.01)[0]),
            "sigmoid" => call.Takes(Sigmoid),
            "tanh" => call.Takes(Tanh),
            "gelu" => call.Takes(Gelu),
            "silu" => call.Takes(Silu),
            "elu" => Elu(call.Complete("elu(alpha)", 1)[0]),
            "softplus" when call.Complete("softplus(beta,threshold)", 1, 20) is [var beta, var threshold] =>
                Softplus(beta, threshold),
            "hardswish" => call.Takes(Hardswish),
            "softmax" => call.Takes(Softmax),
            "log_softmax" => call.Takes(LogSoftmax),
            "identity" => call.Takes(new Identity()),
            _ => throw SettingException.Unknown("activation", call.Name, Names),
        };
    }

    protected override Tensor Forward(Scope at, Tensor x) => function(x);

    public bool Equals(Activation? other) => other is not null && other.Label == Label;

    public override int GetHashCode() => Label.Length;

    public override string ToString() => Label;
}
