using Ceteris.Statistics;

namespace Ceteris.Tests;

/// <summary>Against published tables, closed forms, and integrals by another rule with another normal
/// distribution.</summary>
public sealed class StudentizedRangeTests
{
    /// <summary>With two groups Q/√2 is |t|.</summary>
    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(4, 10)]
    [InlineData(25, 8)]
    public void OfTwoGroupsIsStudentsT(double q, double df)
    {
        double expected = UpperTail.StudentTBoth(q / Math.Sqrt(2), df);
        Assert.InRange(StudentizedRange.UpperTail(q, 2, df) / expected - 1, -1e-10, 1e-10);
    }

    /// <summary>Tables of the studentized range at 0.05.</summary>
    [Theory]
    [InlineData(3, 10, 3.877)]
    [InlineData(4, 15, 4.076)]
    [InlineData(10, 20, 5.008)]
    [InlineData(4, double.PositiveInfinity, 3.633)]
    public void QuantilesOfTheTables(int groups, double df, double expected) =>
        Assert.Equal(expected, StudentizedRange.Quantile(0.05, groups, df), 6e-4);

    /// <summary>
    /// The p-values of vectors.json, where R's carry an error of about 1e-11, by Simpson's rule with erfc.
    /// </summary>
    [Theory]
    [InlineData(0.49, 3.3816199490973567e-9)]
    [InlineData(0.255, 1.666994971082125e-5)]
    [InlineData(0.065, 0.2964378588193516)]
    public void SmallTailsKeepTheirDigits(double difference, double expected)
    {
        double q = difference / Math.Sqrt(0.0037675 / 6);
        Assert.InRange(StudentizedRange.UpperTail(q, 4, 15) / expected - 1, -1e-9, 1e-9);
    }

    [Fact]
    public void QuantilesAreInverses()
    {
        double q = StudentizedRange.Quantile(0.05, 4, double.PositiveInfinity);
        Assert.Equal(3.6331595749026273, q, 1e-12);
        Assert.Equal(0.05, StudentizedRange.UpperTail(q, 4, double.PositiveInfinity), 1e-13);
    }
}
