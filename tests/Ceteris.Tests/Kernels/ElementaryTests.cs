using System.Runtime.Intrinsics;

namespace Ceteris.Tests;

public sealed class ElementaryTests
{
    /// <summary>
    /// A function with its golden hashes over every 4099th float and over all of them, and its largest error.
    /// </summary>
    public sealed record Golden(Func<uint, Sweep.Result> Run, string Sampled, string Full, double MaxUlp);

    const uint SampleStride = 4099, ErrorStride = 1021;

    public static readonly Dictionary<string, Golden> Functions = new()
    {
        ["Exp"] = new(
            Sweep.Run<ExpCase>,
            "e89f6bde6ae72e0d1a03d04821f0b5eed8922a7be0af925f9c9717290f68147a",
            "7cd182f58f57a624adc9038cb0491e15f2db4f9e6fc68c660d1747d508afbdf6",
            0.9876),
        ["Expm1"] = new(
            Sweep.Run<Expm1Case>,
            "89fda219bfe32db776d9a370a31e89c4fe2e733a1d5f94ee5efc74a5898df68a",
            "75c2368013d8797828d7b3e2980f8afd9927dacf07b40fd51c8716547f134f2f",
            0.8685),
        ["Log"] = new(
            Sweep.Run<LogCase>,
            "65080118e0108f32a4ff3441d5cbcca2b39d2e179e54abba62e869cabcbcafdd",
            "c76259c29a49187a678dedce336e36065bc9adb53472c85dc5c0cc9390573459",
            0.9126),
        ["Log1p"] = new(
            Sweep.Run<Log1pCase>,
            "e46a04bc9efd47b8b4af721edd4dd78a2dec9a94c463ecae325131581c91e56e",
            "ca976b9ea1da63e79115930327de329ffdd46600de0517fe5ec31e20b87c7363",
            0.9892),
        ["Tanh"] = new(
            Sweep.Run<TanhCase>,
            "b82c53d2258f0d9f25ccca9fec5fcba22bb35d88ee818a974c784381553b39ea",
            "0677fc0e3d9cbb3fb15bfeb9c1d3798a51acdf0620127f14625e850841681096",
            0.5161),
        ["Sigmoid"] = new(
            Sweep.Run<SigmoidCase>,
            "c013c36897f4a66a553fbedaeaeaf68d4646c6ae50517c507e4a4e833672f473",
            "bae2c5e1d806ed63fe6c4184d75c602d4cbba6e48a06419252802ccfee2d6ecf",
            0.7511),
        ["Softplus"] = new(
            Sweep.Run<SoftplusCase>,
            "32ee071d9f5d47fbe878148232b7f8f634a4d0e7bf9a2e0ea6616b51033260d3",
            "b7eec141bc3720754f2c42a8ab39edbc391fb9bc91add89a75d604cdaf2012b5",
            0.9959),
        ["Erf"] = new(
            Sweep.Run<ErfCase>,
            "81e51e555e51c52a8268a1143e1d0e6fbe3c09834363e87355de0f57e69bc0f6",
            "d23564e252ed46cdff798a4af09f9a5c39a03bb8a0ddd8d80dbd2988b80d32e8",
            0.8539),
        ["NormalCdf"] = new(
            Sweep.Run<NormalCdfCase>,
            "50c3ecc249907d7c89612d2a48beb9d2667d534b91add2b37f750e0a823ca78a",
            "bb596336785a921989c295caf44f95629e273d6440e6d29f0799d7769f3dcc83",
            0.5878),
        ["NormalPdf"] = new(
            Sweep.Run<NormalPdfCase>,
            "9597d3ef0ae9f648fb15a475bd6b20658987cd129b59be8205f059b8bb298438",
            "8545620fd28d1ee90a4d8aa297f9b5c19dab22f5cb30bc74744dc08b16bd2189",
            0.5014)
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Has_the_golden_hash_on_a_sample(string name) =>
        Assert.Equal(Functions[name].Sampled, Functions[name].Run(SampleStride).Sha256);

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_as_accurate_as_stated_on_four_million_floats(string name)
    {
        Sweep.Result result = Functions[name].Run(ErrorStride);
        Assert.True(result.MaxUlp <= Functions[name].MaxUlp, $"{name}({result.Worst:R}) is off by {result.MaxUlp} ulp");
        Assert.True(result.MaxUlp > 0.49, "the measurement sees no rounding errors");
    }

    /// <summary>All 2³² floats: a minute or two each, run on demand (<c>-explicit only</c>).</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void Has_the_golden_hash_and_error_on_every_float(string name)
    {
        Sweep.Result result = Functions[name].Run(1);
        TestContext.Current.SendDiagnosticMessage(
            $"{name}: {result.MaxUlp:F4} ulp at {result.Worst:R}, {result.Sha256}");
        Assert.Equal(Functions[name].Full, result.Sha256);
        Assert.InRange(result.MaxUlp, Functions[name].MaxUlp - 1e-4, Functions[name].MaxUlp);
    }

    const float Inf = float.PositiveInfinity, NaN = float.NaN, Denormal = 1e-40f;

    [Fact]
    public void Exp_at_special_values() => Check<ExpCase>([
        (0f, 1f), (-0f, 1f), (Inf, Inf), (-Inf, 0f), (NaN, NaN), (88.72284f, Inf), (88.722839f, Inf),
        (-103.97209f, 0f), (-103.97207f, 1e-45f), (-100f, 3.8e-44f), (Denormal, 1f)]);

    [Fact]
    public void Expm1_at_special_values() => Check<Expm1Case>([
        (0f, 0f), (-0f, -0f), (Inf, Inf), (-Inf, -1f), (NaN, NaN), (Denormal, Denormal),
        (-Denormal, -Denormal), (89f, Inf), (-20f, -1f)]);

    [Fact]
    public void Log_at_special_values() => Check<LogCase>([
        (0f, -Inf), (-0f, -Inf), (1f, 0f), (Inf, Inf), (-Inf, NaN), (NaN, NaN), (-1f, NaN), (-Denormal, NaN),
        (1e-45f, -103.27893f)]);

    [Fact]
    public void Log1p_at_special_values() => Check<Log1pCase>([
        (0f, 0f), (-0f, -0f), (-1f, -Inf), (Inf, Inf), (-Inf, NaN), (NaN, NaN), (-1.1f, NaN),
        (Denormal, Denormal), (-Denormal, -Denormal), (float.MaxValue, 88.72284f)]);

    [Fact]
    public void Tanh_at_special_values() => Check<TanhCase>([
        (0f, 0f), (-0f, -0f), (Inf, 1f), (-Inf, -1f), (NaN, NaN), (Denormal, Denormal),
        (-Denormal, -Denormal), (1e-45f, 1e-45f), (9.02f, 1f)]);

    [Fact]
    public void Sigmoid_at_special_values() => Check<SigmoidCase>([
        (0f, 0.5f), (-0f, 0.5f), (Inf, 1f), (-Inf, 0f), (NaN, NaN), (Denormal, 0.5f), (-100f, 3.8e-44f),
        (-104f, 0f), (18f, 1f)]);

    [Fact]
    public void Erf_at_special_values() => Check<ErfCase>([
        (0f, 0f), (-0f, -0f), (Inf, 1f), (-Inf, -1f), (NaN, NaN), (1e-45f, 1e-45f), (4f, 1f), (-4f, -1f)]);

    [Fact]
    public void Softplus_at_special_values() => Check<SoftplusCase>([
        (0f, 0.6931472f), (Inf, Inf), (-Inf, 0f), (NaN, NaN), (30f, 30f), (-100f, 3.8e-44f),
        (float.MaxValue, float.MaxValue)]);

    [Fact]
    public void NormalCdf_at_special_values() => Check<NormalCdfCase>([
        (0f, 0.5f), (Inf, 1f), (-Inf, 0f), (NaN, NaN), (-15f, 0f)]);

    [Fact]
    public void NormalPdf_at_special_values() => Check<NormalPdfCase>([
        (0f, 0.3989423f), (Inf, 0f), (-Inf, 0f), (NaN, NaN), (-15f, 0f)]);

    static void Check<F>((float X, float Expected)[] table)
        where F : struct, IUnaryFunction
    {
        foreach ((float x, float expected) in table)
            foreach (float result in new[] { F.Of(x), F.Of(Vector512.Create(x))[9] })
                if (BitConverter.SingleToInt32Bits(result) != BitConverter.SingleToInt32Bits(expected)
                    && !(float.IsNaN(result) && float.IsNaN(expected)))
                    Assert.Fail($"at {x:R}: expected {expected:R}, got {result:R}");
    }
}
