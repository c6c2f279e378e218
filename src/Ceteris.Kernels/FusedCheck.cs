using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// Known-answer test of fused multiply-add. Everything here rests on a·b + c being rounded once; a library that
/// emulates it by a multiplication and an addition would change every result, so that is found out at the start.
/// </summary>
public static class FusedCheck
{
    /// <summary>Tests the float, double and vector forms.</summary>
    /// <exception cref="PlatformNotSupportedException">One of them rounds twice.</exception>
    public static void Run()
    {
        Verify("MathF.FusedMultiplyAdd", MathF.FusedMultiplyAdd);
        Verify("Math.FusedMultiplyAdd", Math.FusedMultiplyAdd);
        Verify("Vector512.FusedMultiplyAdd<float>", InLanes);
        Verify("Vector512.FusedMultiplyAdd<double>", InLanes);
    }

    /// <summary>
    /// Two answers: (1 + 2⁻¹²)² − (1 + 2⁻¹¹) = 2⁻²⁴, which rounding the product first turns into 0; and a product a
    /// little below −½ of the smallest subnormal plus 65538 of them, which a sum in double precision rounds to a tie
    /// first.
    /// </summary>
    internal static void Verify(string name, Func<float, float, float, float> fused)
    {
        Verify(name, fused, 0x3F800800, 0x3F800800, 0xBF801000, 0x33800000);
        Verify(name, fused, 0x97000800, 0x1CFFF001, 0x00010002, 0x00010001);
    }

    /// <summary>
    /// (1 + 2⁻⁵²)·1.5 − 2⁻⁵² = 1.5 + 2⁻⁵³, a tie broken to even; rounding the product first gives 1.5 + 2⁻⁵².
    /// </summary>
    internal static void Verify(string name, Func<double, double, double, double> fused)
    {
        double result = fused(1.0000000000000002, 1.5, -2.220446049250313e-16);
        if (result != 1.5)
            Refuse(name, "1.5", result.ToString("R", null));
    }

    static void Verify(string name, Func<float, float, float, float> fused, uint a, uint b, uint c, uint expected)
    {
        uint result = BitConverter.SingleToUInt32Bits(fused(Single(a), Single(b), Single(c)));
        if (result != expected)
            Refuse(name, expected.ToString("x8"), result.ToString("x8"));
    }

    static float Single(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    static float InLanes(float a, float b, float c)
    {
        V result = Vector512.FusedMultiplyAdd(Vector512.Create(a), Vector512.Create(b), Vector512.Create(c));
        return result == Vector512.Create(result[0]) ? result[0] : float.NaN;
    }

    static double InLanes(double a, double b, double c)
    {
        var result = Vector512.FusedMultiplyAdd(Vector512.Create(a), Vector512.Create(b), Vector512.Create(c));
        return result == Vector512.Create(result[0]) ? result[0] : double.NaN;
    }

    static void Refuse(string name, string expected, string result) => throw new PlatformNotSupportedException(
        $"{name} does not round once on this machine: expected {expected}, got {result}. "
        + "Results would not be reproducible.");
}
