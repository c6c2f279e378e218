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
}
