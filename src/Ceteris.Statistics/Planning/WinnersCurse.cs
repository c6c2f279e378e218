namespace Ceteris.Statistics;

/// <summary>
/// The best of k arms looks better than it is, because chance helped to choose it. By how much, in standard errors of
/// one arm, if all are equal: the expected largest of k normal values, k ∫ z φ(z) Φ(z)^{k−1} dz.
/// </summary>
public static class WinnersCurse
{
    public static double InStandardErrors(int arms)
    {
        Check.That(arms >= 1, nameof(arms), "one arm or more", arms);
        return Quadrature.Trapezoid(Term, -9, 12, 0.05);

        double Term(double z) =>
            arms * z * SpecialFunctions.NormalDensity(z) * StableMath.Exp(
                (arms - 1) * StableMath.Log(UpperTail.Normal(-z)));
    }
}
