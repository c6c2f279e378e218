namespace Ceteris.Tests;

/// <summary>
/// Distance of a float from a true value, in units in the last place of a float of the true value's size: 2^(e − 23)
/// for a value in [2^e, 2^(e+1)), 2⁻¹⁴⁹ for subnormal ones. An infinity counts as 2¹²⁸, the float that would come after
/// the largest.
/// </summary>
public static class Ulps
{
    const double AfterLargest = (double)(1L << 62) * (1L << 62) * 16;

    public static double Error(float result, double truth)
    {
        if (result == truth)
            return 0;
        if (double.IsNaN(truth) || float.IsNaN(result))
            return double.IsNaN(truth) && float.IsNaN(result) ? 0 : double.PositiveInfinity;
        double found = Math.Clamp(result, -AfterLargest, AfterLargest);
        truth = Math.Clamp(truth, -AfterLargest, AfterLargest);
        long exponent = Math.Clamp((BitConverter.DoubleToInt64Bits(truth) >> 52) & 2047, 1023 - 126, 1023 + 127);
        double inverse = BitConverter.Int64BitsToDouble((2 * 1023 + 23 - exponent) << 52);
        return Math.Abs(found - truth) * inverse;
    }
}
