using Ceteris.Statistics;

namespace Ceteris.Tests;

/// <summary>The distributions against a second, independent implementation and against values in closed form.</summary>
public sealed class DistributionTests
{
    public static TheoryData<double> DegreesOfFreedom => [0.7, 1, 2, 3, 4, 4.55, 9, 29, 100, 2500, 1e6];

    [Theory, MemberData(nameof(DegreesOfFreedom))]
    public void StudentT(double df)
    {
        foreach (double t in new[] { 0.01, 0.3, 1, 1.96, 2.776, 5, 20, 60 })
        {
            double expected = MathNet.Numerics.Distributions.StudentT.CDF(0, 1, df, -t);
            // The other one forms df / (df + t²) alone, and so loses digits of t² / df where that is small.
            Close(expected, UpperTail.StudentT(t, df), 1e-11 + 1e-14 * df);
            Assert.Equal(1, UpperTail.StudentT(t, df) + UpperTail.StudentT(-t, df), 1e-15);
            Close(2 * UpperTail.StudentT(t, df), UpperTail.StudentTBoth(-t, df), 1e-15);
        }
    }

    /// <summary>With 1, 2 and 4 degrees of freedom the tail is elementary.</summary>
    [Theory]
    [InlineData(1e-6)]
    [InlineData(0.1)]
    [InlineData(2.5)]
    [InlineData(40)]
    [InlineData(3e5)]
    public void StudentTInClosedForm(double t)
    {
        Close(Math.Atan2(1, t) / Math.PI, UpperTail.StudentT(t, 1), 1e-14);
        double root = Math.Sqrt(2 + t * t);
        Close(1 / (root * (root + t)), UpperTail.StudentT(t, 2), 1e-14);
    }

    [Fact]
    public void Normal()
    {
        for (double z = -8; z <= 35; z += 0.37)
            Close(
                0.5 * MathNet.Numerics.SpecialFunctions.Erfc(z / Math.Sqrt(2)), UpperTail.Normal(z),
                1e-13 + 1e-15 * z * z);
        Close(2.866515718791939e-7, UpperTail.Normal(5), 1e-14);
        Close(2.753624118606234e-89, UpperTail.Normal(20), 1e-13);
        Close(1.959963984540054, Quantile.Normal(0.025), 1e-14);
    }

    [Fact]
    public void FisherF()
    {
        foreach (double df1 in new[] { 1, 1.8, 3, 12 })
        {
            foreach (double df2 in new[] { 2, 9.1, 15, 300 })
            {
                foreach (double f in new[] { 0.01, 0.5, 1, 3.3, 20 })
                {
                    double whole = MathNet.Numerics.Distributions.FisherSnedecor.CDF(df1, df2, f);
                    Assert.Equal(1 - whole, UpperTail.FisherF(f, df1, df2), 1e-12);
                }
            }
        }
        Close(UpperTail.StudentTBoth(3.7, 7), UpperTail.FisherF(3.7 * 3.7, 1, 7), 1e-13);
    }

    [Fact]
    public void ChiSquaredTails()
    {
        for (double x = 0.1; x < 200; x *= 1.7)
        {
            foreach (double df in new[] { 1, 2, 3, 10, 55.5 })
                Close(
                    MathNet.Numerics.SpecialFunctions.GammaUpperRegularized(df / 2, x / 2), UpperTail.ChiSquared(x, df),
                    1e-11);
            Close(Math.Exp(-x / 2), UpperTail.ChiSquared(x, 2), 1e-13);
        }
    }

    [Fact]
    public void QuantilesAreInverses()
    {
        foreach (double p in new[] { 1e-12, 1e-4, 0.025, 0.31, 0.5, 0.8, 0.9999 })
        {
            Close(p, UpperTail.Normal(Quantile.Normal(p)), 1e-13);
            foreach (double df in new[] { 1, 2, 4.5, 19, 5000 })
                Close(p, UpperTail.StudentT(Quantile.StudentT(p, df), df), 1e-13);
        }
        Assert.Equal(0, Quantile.Normal(0.5));
        Close(12.706204736174698, Quantile.StudentT(0.025, 1), 1e-13);
        Close(2.7764451051977934, Quantile.StudentT(0.025, 4), 1e-13);
        Close(63.656741162871583, Quantile.StudentT(0.005, 1), 1e-13);
    }

    [Fact]
    public void ArgumentsThatCannotBeAreRefused()
    {
        Assert.Contains(
            "more than 0 degrees of freedom, got 0",
            Assert.Throws<ArgumentException>(() => UpperTail.StudentT(1, 0)).Message);
        Assert.Contains("between 0 and 1, got 1", Assert.Throws<ArgumentException>(() => Quantile.Normal(1)).Message);
        Assert.Contains(
            "two groups or more, got 1",
            Assert.Throws<ArgumentException>(() => StudentizedRange.UpperTail(1, 1, 5)).Message);
    }

    [Fact]
    public void ExponentialAndLogarithmAreWithinTwoUlp()
    {
        for (double x = 1e-310; x < 1e300; x *= 3.77)
            Assert.InRange(
                Math.Abs(StableMath.Log(x) - Math.Log(x)), 0, 2 * Math.BitIncrement(Math.Abs(Math.Log(x))) * 2.3e-16);
        for (double x = 0.4; x < 2.5; x += 1.0 / 1024)
            Assert.InRange(Math.Abs(StableMath.Log(x) - Math.Log(x)), 0, 5e-16 * Math.Abs(Math.Log(x)));
        for (double x = -744; x < 709; x += 0.731)
            Assert.InRange(Math.Abs(StableMath.Exp(x) - Math.Exp(x)), 0, 5e-16 * Math.Exp(x) + double.Epsilon);
        for (double x = 1e-18; x < 10; x *= 1.9)
            Assert.InRange(Math.Abs(StableMath.Log1p(x) - (x < 1e-8 ? x - x * x / 2 : Reference(x))), 0, 1e-15 * x);
        Assert.Equal(
            (double.NegativeInfinity, 0, double.PositiveInfinity),
            (StableMath.Log(0), StableMath.Exp(-800), StableMath.Exp(800)));
        Assert.True(double.IsNaN(StableMath.Log(-1)) && double.IsNaN(StableMath.Exp(double.NaN)));

        // Kahan's: the rounding error of 1 + x cancels.
        static double Reference(double x) => Math.Log(1 + x) * x / (1 + x - 1);
    }

    [Fact]
    public void GammaAndBeta()
    {
        for (double x = 0.05; x < 1e5; x *= 1.6)
        {
            double expected = MathNet.Numerics.SpecialFunctions.GammaLn(x);
            Assert.Equal(expected, Ceteris.Statistics.SpecialFunctions.LogGamma(x), 1e-13 * (1 + Math.Abs(expected)));
            // B(x, 1) = 1 / x and B(x, 2) = 1 / (x (x + 1))
            Assert.Equal(
                -Math.Log(x), Ceteris.Statistics.SpecialFunctions.LogBeta(x, 1), 2e-14 * (1 + Math.Abs(Math.Log(x))));
            Assert.Equal(-Math.Log(x) - Math.Log(x + 1), Ceteris.Statistics.SpecialFunctions.LogBeta(2, x), 1e-13);
        }
        // B(n, n) = B(½, n) / 2^(2n − 1)
        for (double n = 1; n < 1e5; n *= 3)
        {
            double expected = Ceteris.Statistics.SpecialFunctions.LogBeta(0.5, n) - (2 * n - 1) * Math.Log(2);
            Assert.Equal(
                expected, Ceteris.Statistics.SpecialFunctions.LogBeta(n, n), 3e-15 * (100 + Math.Abs(expected)));
        }
    }

    /// <summary>Only + − × ÷ and √ stand behind these, so no processor, system or switch changes a bit.</summary>
    [Fact]
    public void TheSameBitsEverywhere()
    {
        var values = new List<double> { StudentizedRange.UpperTail(3.9, 4, 15), Power.OfDifference(1, 7) };
        for (double x = 0.03; x < 30; x *= 1.31)
        {
            values.AddRange([StableMath.Log(x), StableMath.Exp(-x), StableMath.Log1p(x), UpperTail.Normal(x)]);
            values.AddRange([UpperTail.StudentT(x, 9), UpperTail.ChiSquared(x, 3), UpperTail.FisherF(x, 3, 12.5)]);
            values.AddRange([Quantile.StudentT(1 / (2 + x), x), WinnersCurse.InStandardErrors(1 + (int)x)]);
        }
        values.AddRange(PlannedLooks.Usual.NominalP);
        byte[] bytes = [.. values.SelectMany(value => BitConverter.GetBytes(BitConverter.DoubleToInt64Bits(value)))];
        Assert.Equal(
            "e5db218d0a9a0f671da0c3b182b744f5e583df32ef4ca47b0adf024bafb57c24",
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
    }

    static void Close(double expected, double actual, double relative) => Assert.InRange(
        Math.Abs(actual - expected), 0, relative * Math.Abs(expected));
}
