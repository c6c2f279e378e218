using Ceteris.Statistics;

namespace Ceteris.Tests;

public sealed class FactorTests
{
    static readonly Metric Plain = new("score", "points");

    static BlockTable Table(params double[][] arms) =>
        BlockTable.Of([.. arms.Select((values, arm) => ArmScores.Values($"arm {arm}", Plain, values))]);

    /// <summary>y = 10 + 2 b + 3 c₁ + 5 c₂ + 7 b c₂ + noise that no contrast sees but through one value.</summary>
    [Fact]
    public void FactorsOfMoreThanTwoLevels()
    {
        var arms = new List<double[]>();
        for (int b = 0; b < 2; b++)
        {
            for (int c = 0; c < 3; c++)
            {
                double y = 10 + 2 * b + (c == 1 ? 3 : c == 2 ? 5 + 7 * b : 0);
                arms.Add([y, y + 1, y + 4 + (b == 1 && c == 2 ? 0.6 : 0)]);
            }
        }
        var study = Factorial.Of([new("b", "0", "1"), new("c", "0", "1", "2")], Table([.. arms]));
        Assert.Equal(["b × c 1", "b × c 2", "c 1", "c 2", "b"], study.Effects.Select(effect => effect.Name));
        Assert.Equal([2, 2, 1, 1, 1], study.Effects.Select(effect => effect.Order));
        double[] expected = [0, 7.2, 3, 8.6, (2 + 2 + 9.2) / 3];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], study.Effects[i].Test.Mean, 1e-12);
        FactorialEffect c2 = study.Effects[3];
        Assert.Equal(["b = 0", "b = 1"], c2.SimpleEffects.Select(effect => effect.At));
        Assert.Equal(5, c2.SimpleEffects[0].Test.Mean, 1e-12);
        Assert.Equal(12.2, c2.SimpleEffects[1].Test.Mean, 1e-12);
        Assert.False(c2.Reverses);
    }

    [Fact]
    public void ThreeFactorsHaveAThreefoldInteraction()
    {
        double[][] arms = [.. Enumerable.Range(0, 8).Select(cell =>
        {
            int a = cell >> 2, b = cell >> 1 & 1, c = cell & 1;
            double y = a + 2 * b + 4 * c + 8 * a * b + 16 * a * b * c;
            return new[] { y, y + 1, y - 1 + 0.1 * a };
        })];
        var study = Factorial.Of([new("a", "-", "+"), new("b", "-", "+"), new("c", "-", "+")], Table(arms));
        Assert.Equal(
            ["a × b × c", "b × c", "a × c", "a × b", "c", "b", "a"], study.Effects.Select(effect => effect.Name));
        double[] expected = [16, 8, 8, 16, 4 + 4, 2 + 4 + 4, 1 + 4 + 4 + 0.1 / 3];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], study.Effects[i].Test.Mean, 1e-12);
        Assert.Equal(4, study.Effects[4].SimpleEffects.Count);
        Assert.Equal("a = +, b = -", study.Effects[4].SimpleEffects[2].At);
    }

    [Fact]
    public void AWrongNumberOfArmsIsRefused()
    {
        var error = Assert.Throws<ArgumentException>(
            () => Factorial.Of([new("a", "0", "1"), new("b", "0", "1")], Table([1, 2], [1, 3], [1, 4])));
        Assert.Contains("4 arms, one per combination, got 3", error.Message);
    }

    /// <summary>Unequal steps of log₂ x, values on a parabola per block: the coefficients come back.</summary>
    [Fact]
    public void SlopeAndBendOfAnOrderedFactor()
    {
        double[] x = [0.25, 0.5, 2, 16], slopes = [1, 1.5, 2.25], bends = [-0.5, -0.25, -0.125];
        double[] log = [-2, -1, 1, 4];
        double[][] arms = [.. log.Select(
            u => slopes.Zip(bends, (s, q) => 7 + s * (u - 0.5) + q * Square(u)).ToArray())];
        var factor = OrderedFactor.Of(x, Table(arms));
        Assert.Equal(slopes.Average(), factor.Slope.Mean, 1e-12);
        Assert.Equal(bends.Average(), factor.Quadratic!.Mean, 1e-12);
        Assert.Null(OrderedFactor.Of([1, 2], Table([1, 2, 3], [2, 3, 5])).Quadratic);
        Assert.Contains("a number above 2 for arm 'arm 1', got 2", Assert.Throws<ArgumentException>(
            () => OrderedFactor.Of([2, 2], Table([1, 2], [2, 3]))).Message);

        // (u − ū)² less its own slope and mean: orthogonal to both, with coefficient 1.
        double Square(double u)
        {
            double[] squares = [.. log.Select(v => (v - 0.5) * (v - 0.5))];
            double along = log.Zip(squares, (v, s) => (v - 0.5) * s).Sum() / log.Sum(v => (v - 0.5) * (v - 0.5));
            return (u - 0.5) * (u - 0.5) - squares.Average() - along * (u - 0.5);
        }
    }

    /// <summary>Page's L over all orders of three: mean and variance are those of the formula, with ties too.</summary>
    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(1, 1, 2)]
    [InlineData(5, 5, 5)]
    public void PageHasTheMomentsOfAllOrders(double a, double b, double c)
    {
        double[][] orders = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]];
        var all = new List<double>();
        PageTest? any = null;
        foreach (double[] first in orders)
        {
            foreach (double[] second in orders)
            {
                any = PageTest.Of(Table([.. Enumerable.Range(0, 3).Select(i => new[] { first[i], second[i] })]));
                all.Add(any.L);
            }
        }
        Assert.Equal(any!.Expected, all.Average(), 1e-12);
        Assert.Equal(any.Variance, all.Average(l => l * l) - all.Average() * all.Average(), 1e-9);
        Assert.InRange(any.P, 0, 1);
    }

    [Fact]
    public void AnExactPowerLawIsFoundAndForetold()
    {
        double[] sizes = [500, 1000, 2000, 5000, 10000, 20000];
        double[][] errors = [.. new[] { 300.0, 310, 320 }.Select(a => sizes.Select(n => a / Math.Sqrt(n)).ToArray())];
        Assert.Equal(-0.5, PowerLaw.Of(sizes, errors[0]).Slope, 1e-13);
        Assert.Equal(-0.5, PowerLaw.SlopeOver(sizes, errors).Mean, 1e-13);
        var hidden = HiddenLargest.Of(sizes, errors);
        Assert.Equal(1, hidden.Miss, 1e-12);
        Assert.Equal((20000, 2), (hidden.Size, hidden.Beyond));
        foreach (double[] row in errors)
            row[^1] *= 1.25;
        hidden = HiddenLargest.Of(sizes, errors);
        Assert.Equal(1.25, hidden.Miss, 1e-12);
        Assert.Equal(hidden.Measured, hidden.Predicted * hidden.Miss, 1e-12);
    }

    [Fact]
    public void FarExtrapolationsAreRefused()
    {
        var law = PowerLaw.Of([100, 200, 400], [8, 6, 5]);
        Assert.True(law.At(1600) > 0);
        Assert.Contains("up to 1600", Assert.Throws<ArgumentOutOfRangeException>(() => law.At(1601)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => HiddenLargest.Of([100, 200, 400, 1601], [[8, 6, 5, 3]]));
        Assert.Contains(
            "above 0", Assert.Throws<ArgumentException>(() => PowerLaw.Of([100, 200, 400], [8, 6, 0])).Message);
        Assert.Contains("6 different sizes", Assert.Throws<ArgumentException>(
            () => PowerLawWithFloor.Of([1, 10, 100, 1000, 1e4], [5, 4, 3, 2, 1])).Message);
        Assert.Contains("two decades", Assert.Throws<ArgumentException>(
            () => PowerLawWithFloor.Of([10, 20, 30, 40, 50, 60], [5, 4, 3, 2, 1, 0.5])).Message);
        Assert.Contains("without one", Assert.Throws<ArgumentException>(
            () => PowerLawWithFloor.Of([10, 20, 30, 40, 50, 6000], [5, 4, 6, 5, 4, 9])).Message);
    }

    [Fact]
    public void AnExactFloorIsFound()
    {
        double[] sizes = [500, 1000, 2000, 5000, 10000, 20000, 60000];
        var law = PowerLawWithFloor.Of(sizes, [.. sizes.Select(n => 0.4 + 9 * Math.Pow(n / 1000, -0.7))]);
        Assert.Equal(9, law.A, 1e-9);
        Assert.Equal(0.7, law.B, 1e-9);
        Assert.Equal(0.4, law.C, 1e-9);
    }
}
