using Ceteris.Compiler;

namespace Ceteris.Tests;

using Program = Ceteris.Compiler.Program;

/// <summary>
/// An elementwise operation on a stretched tensor, as gradients of sums are, reads what was stretched: nothing is
/// stored at full size, nor laid out anew. The numbers are those of the stretched tensor.
/// </summary>
public sealed class StretchTests
{
    static readonly Tensor Images = Tensor.Apply(new Input("images", [5, 3, 4, 4], Batched: true));
    static readonly Tensor Channels = Tensor.Apply(new Variable("channels", [1, 3, 1, 1]));
    static readonly Tensor Samples = Images.Sum([1, 2, 3], keepDims: true);
    static readonly Tensor Stretched = Channels.BroadcastTo(Images.Shape);

    static readonly (string Name, Tensor Tensor, Func<float, float, float, float> Expected)[] cases =
    [
        ("one operand", Images - Stretched, (x, c, _) => x - c),
        ("twice", Images * Channels.BroadcastTo([1, 3, 4, 4]).BroadcastTo(Images.Shape), (x, c, _) => x * c),
        ("a chain", (-Stretched).Square() + Images, (x, c, _) => c * c + x),
        ("both", Stretched * Samples.BroadcastTo(Images.Shape) + Images, (x, c, s) => c * s + x),
        ("the result", Stretched + 1f, (_, c, _) => c + 1),
    ];

    public static TheoryData<string> Names() => [.. cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatWasStretchedIsRead(string name)
    {
        var (_, tensor, expected) = cases.Single(c => c.Name == name);
        float[] channels = [0.5f, -2, 3], images = [.. Enumerable.Range(0, 5 * 48).Select(i => i % 13 / 8f)];
        using var variables = new VariableStore();
        channels.CopyTo(variables.Add("channels", Channels.Shape));
        using var program = Program.Compile(new([("y", tensor), ("images", Images)], []), variables);
        program.Feed("images", images);
        program.Run();
        Assert.Equal(name == "the result" ? 1 : 0, program.Plan.Order.Count(t => t.Op is Broadcast));
        Assert.DoesNotContain("plain to lanes", program.Plan.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            images.Select((x, i) => expected(x, channels[i / 16 % 3], images.Skip(i / 48 * 48).Take(48).Sum())),
            program.Output("y").ToArray());
    }
}
