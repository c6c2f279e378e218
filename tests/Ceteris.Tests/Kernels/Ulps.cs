namespace Ceteris.Tests;

/// <summary>Distance of a float from a true value, in units in the last place of the float nearest to the true value.</summary>
public static class Ulps
{
    public static double Error(float result, double truth)
    {
        if (double.IsNaN(truth) || float.IsNaN(result))
            return double.IsNaN(truth) && float.IsNaN(result) ? 0 : double.PositiveInfinity;
        if (result == truth)
            return 0;
        // The float after the largest would be 2^128: what rounds there is an infinity.
        double found = float.IsInfinity(result) ? Math.CopySign(Math.ScaleB(1, 128), result) : result;
        if (double.IsInfinity(truth) || Math.Abs(truth) > Math.ScaleB(1, 128))
            truth = Math.CopySign(Math.ScaleB(1, 128), truth);
        int exponent = Math.Max(Math.ILogB(truth), -126);
        return Math.Abs(found - truth) / Math.ScaleB(1, Math.Min(exponent, 127) - 23);
    }
}
