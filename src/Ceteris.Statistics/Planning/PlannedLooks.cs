namespace Ceteris.Statistics;

/// <summary>How the level α is spent over the looks.</summary>
public enum Spending
{
    /// <summary>α ln(1 + (e − 1) τ): about the same level at every look.</summary>
    Pocock,

    /// <summary>2 − 2 Φ(z_{α/2} / √τ): next to nothing early, nearly α at the end.</summary>
    OBrienFleming,
}

/// <summary>
/// A study that is looked at a few times, planned beforehand, and may stop at each: the p that is asked for at every
/// look so that the chance of any false claim is α. Looks every so often at p &lt; 0.05 would make it 0.14 for
/// 5, 10, 20, 30. (K. Lan and D. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70, 1983.)
/// Boundaries are those of a normal mean, applied to the p of the t test.
/// </summary>
public sealed record PlannedLooks
{
    const int Cells = 400;

    PlannedLooks(IReadOnlyList<int> seeds, IReadOnlyList<double> nominalP, double alpha, Spending spending)
    {
        (Seeds, NominalP, Alpha, Spending) = (seeds, nominalP, alpha, spending);
    }

    /// <summary>Number of seeds at each look.</summary>
    public IReadOnlyList<int> Seeds { get; }

    /// <summary>The p, of both tails, below which a claim is made at each look.</summary>
    public IReadOnlyList<double> NominalP { get; }

    public double Alpha { get; }
    public Spending Spending { get; }

    /// <summary>5, 10, 20 and 30 seeds, Pocock.</summary>
    public static PlannedLooks Usual { get; } = Of([5, 10, 20, 30]);

    /// <exception cref="ArgumentException">Looks that do not rise from two seeds or more.</exception>
    public static PlannedLooks Of(IReadOnlyList<int> seeds, double alpha = 0.05, Spending spending = Spending.Pocock)
    {
        Check.That(seeds.Count >= 1, nameof(seeds), "one look or more", seeds.Count);
        Check.That(alpha is > 0 and < 1, nameof(alpha), "a level between 0 and 1", alpha);
        for (int i = 0; i < seeds.Count; i++)
            Check.That(
                seeds[i] > (i == 0 ? 1 : seeds[i - 1]), nameof(seeds), "looks at two seeds or more, rising", seeds[i]);
        return new([.. seeds], Boundaries(seeds, alpha, spending), alpha, spending);
    }

    /// <summary>The p asked for when there are <paramref name="seeds"/> seeds.</summary>
    /// <exception cref="ArgumentException">No look was planned then.</exception>
    public double NominalPAt(int seeds)
    {
        for (int i = 0; i < Seeds.Count; i++)
        {
            if (Seeds[i] == seeds)
                return NominalP[i];
        }
        throw Check.Wrong(
            nameof(seeds), $"a planned look, at {string.Join(", ", Seeds)} seeds", FormattableString.Invariant(
                $"{seeds}"));
    }

    /// <summary>The next planned look beyond so many seeds, or null.</summary>
    public int? NextAfter(int seeds) => Seeds.Where(look => look > seeds).Select(look => (int?)look).FirstOrDefault();

    static double SpentAt(double share, double alpha, Spending spending) => spending == Spending.Pocock
        ? alpha * StableMath.Log1p((Math.E - 1) * share)
        : 2 * UpperTail.Normal(Quantile.Normal(alpha / 2) / Math.Sqrt(share));

    /// <summary>
    /// The sum of normal values is followed from look to look: its density where no boundary was crossed yet, by
    /// Simpson's rule (P. Armitage, C. McPherson, B. Rowe, J. Royal Statistical Society A 132, 1969).
    /// </summary>
    static double[] Boundaries(IReadOnlyList<int> seeds, double alpha, Spending spending)
    {
        double[] nominal = new double[seeds.Count];
        double before = 0, spent = 0;
        Func<double, double>? density = null;
        double inside = 0;
        for (int look = 0; look < seeds.Count; look++)
        {
            double share = (double)seeds[look] / seeds[^1], root = Math.Sqrt(share), step = Math.Sqrt(share - before);
            double target = SpentAt(share, alpha, spending) - spent;
            (double[] at, double[] weights) = density is null ? ([0], [1]) : Nodes(density, inside);
            double z = Root.FindAbove(bound => Crossing(bound * root) - target, 0);
            nominal[look] = 2 * UpperTail.Normal(z);
            density = x => Sum(at, weights, y => SpecialFunctions.NormalDensity((x - y) / step) / step);
            inside = z * root;
            before = share;
            spent += target;

            double Crossing(double bound) =>
                Sum(at, weights, y => UpperTail.Normal((bound - y) / step) + UpperTail.Normal((bound + y) / step));
        }
        return nominal;
    }

    /// <summary>Simpson's nodes from −inside to +inside, weighted with the density.</summary>
    static (double[] At, double[] Weights) Nodes(Func<double, double> density, double inside)
    {
        double h = 2 * inside / Cells;
        double[] at = [.. Enumerable.Range(0, Cells + 1).Select(i => -inside + i * h)];
        double[] weights = [.. at.Select((x, i) => density(x) * h / 3 * (i is 0 or Cells ? 1 : i % 2 == 1 ? 4 : 2))];
        return (at, weights);
    }

    static double Sum(double[] at, double[] weights, Func<double, double> f)
    {
        double sum = 0;
        for (int i = 0; i < at.Length; i++)
            sum += weights[i] * f(at[i]);
        return sum;
    }
}
