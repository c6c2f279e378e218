using System.Runtime.Intrinsics;

namespace Ceteris.Tests;

/// <summary>
/// Distance of a float from a true value, in units in the last place of a float of the true value's size: 2^(e − 23) for
/// a value in [2^e, 2^(e+1)), 2⁻¹⁴⁹ for subnormal ones. An infinity counts as 2¹²⁸, the float that would come after the
/// largest.
/// </summary>
public static class Ulps
{
    const double AfterLargest = (double)(1L << 62) * (1L << 62) * 16;
    const long SmallestExponent = 1023 - 126, LargestExponent = 1023 + 127;

    public static double Error(float result, double truth)
    {
        if (result == truth)
            return 0;
        if (double.IsNaN(truth) || float.IsNaN(result))
            return double.IsNaN(truth) && float.IsNaN(result) ? 0 : double.PositiveInfinity;
        long exponent = (BitConverter.DoubleToInt64Bits(truth) >> 52) & 2047;
        if (exponent < SmallestExponent)
            exponent = SmallestExponent;
        double found = result;
        if (exponent > LargestExponent || float.IsInfinity(result))
        {
            found = Math.Clamp(found, -AfterLargest, AfterLargest);
            truth = Math.Clamp(truth, -AfterLargest, AfterLargest);
            exponent = LargestExponent;
        }
        return Math.Abs(found - truth) * BitConverter.Int64BitsToDouble((2 * 1023 + 23 - exponent) << 52);
    }

    /// <summary>
    /// The same for eight; where a NaN, an infinity or a value beyond 2¹²⁸ meets another, NaN or more than the true error.
    /// </summary>
    public static Vector512<double> Error(Vector512<double> result, Vector512<double> truth)
    {
        var exponent = truth.AsInt64() & Vector512.Create(2047L << 52);
        exponent = Vector512.Max(exponent, Vector512.Create(SmallestExponent << 52));
        var inverse = (Vector512.Create((2 * 1023 + 23L) << 52) - exponent).AsDouble();
        var same = Vector512.Equals(result, truth) | ~(Vector512.Equals(result, result) | Vector512.Equals(truth, truth));
        return Vector512.AndNot(Vector512.Abs(result - truth) * inverse, same);
    }
}
