namespace Ceteris.Statistics;

/// <summary>How the number of contrasts is allowed for.</summary>
public enum Adjustment
{
    /// <summary>No false claim among all, with probability 1 − α.</summary>
    Holm,

    /// <summary>More than 20 contrasts: few false ones among the claims. Such a table is a screen.</summary>
    BenjaminiHochberg,
}

/// <summary>One contrast of several.</summary>
/// <param name="Paired">The two arms by themselves.</param>
/// <param name="Pooled">
/// The same difference with the variance pooled over all arms: MS_rest of <see cref="RepeatedMeasures"/> with
/// (k − 1)(n − 1) degrees of freedom. Null with fewer than two blocks common to all arms.
/// </param>
/// <param name="UsesPooled">Whether P is that of <paramref name="Pooled"/>: with four blocks or fewer.</param>
/// <param name="P">Of this contrast alone; null with fewer than two blocks.</param>
/// <param name="AdjustedP">Allowing for all contrasts.</param>
/// <param name="Simultaneous">An interval that holds for all contrasts at once (Bonferroni).</param>
/// <param name="TukeyP">
/// Of all pairs at once, by the studentized range, assuming that all differences have one variance; null if the study
/// is not of all pairs.
/// </param>
public sealed record ArmsContrast(
    PairedComparison Paired, MeanTest? Pooled, bool UsesPooled, double? P, double? AdjustedP, Interval? Simultaneous,
    double? TukeyP)
{
    /// <summary>The test that P comes from.</summary>
    public MeanTest? Test => UsesPooled ? Pooled : Paired.Test;
}

/// <summary>Several arms against a control, or all against all.</summary>
public sealed record ArmsComparison(
    IReadOnlyList<ArmsContrast> Contrasts, Adjustment Adjustment, RepeatedMeasures? Omnibus,
    IReadOnlyList<MissingBlock> Missing)
{
    /// <summary>Beyond so many contrasts the table is a screen.</summary>
    public const int MostForHolm = 20;

    /// <summary>With so few blocks the variance is pooled over the arms.</summary>
    public const int MostForPooling = 4;

    public bool IsScreen => Adjustment == Adjustment.BenjaminiHochberg;

    /// <summary>Every arm against the first.</summary>
    public static ArmsComparison WithControl(IReadOnlyList<ArmScores> arms, double confidence = 0.95) =>
        Of(arms, [.. Enumerable.Range(1, Math.Max(0, arms.Count - 1)).Select(arm => (0, arm))], false, confidence);

    /// <summary>Every arm against every other, the earlier being the baseline.</summary>
    public static ArmsComparison AllPairs(IReadOnlyList<ArmScores> arms, double confidence = 0.95)
    {
        var pairs = new List<(int, int)>();
        for (int a = 0; a < arms.Count; a++)
        {
            for (int b = a + 1; b < arms.Count; b++)
                pairs.Add((a, b));
        }
        return Of(arms, pairs, true, confidence);
    }

    static ArmsComparison Of(
        IReadOnlyList<ArmScores> arms, IReadOnlyList<(int Baseline, int Treatment)> pairs, bool isAllPairs,
        double confidence)
    {
        // An arm without any value says nothing about the others' variance.
        ArmScores[] present = [.. arms.Where(arm => arm.Present.Count > 0)];
        BlockTable? table = present.Length < 2 ? null : BlockTable.Of(present);
        RepeatedMeasures? omnibus = table?.N >= 2 ? RepeatedMeasures.Of(table) : null;
        double each = 1 - (1 - Check.Confidence(confidence)) / pairs.Count;
        var contrasts = new List<ArmsContrast>();
        foreach ((int baseline, int treatment) in pairs)
        {
            var paired = PairedComparison.Of(arms[baseline], arms[treatment], confidence);
            MeanTest? pooled = omnibus is null || paired.N == 0 ? null
                : PooledTest(table!, omnibus, arms[baseline].Name, arms[treatment].Name, confidence);
            bool usesPooled = pooled is not null && paired.N <= MostForPooling && arms.Count > 2;
            MeanTest? test = usesPooled ? pooled : paired.Test;
            double? tukey = pooled is null || !isAllPairs || !pooled.HasSpread ? null : StudentizedRange.UpperTail(
                Math.Abs(pooled.T) * Math.Sqrt(2), arms.Count, pooled.DegreesOfFreedom);
            contrasts.Add(new(paired, pooled, usesPooled, test?.P, null, test?.IntervalAt(each), tukey));
        }
        Adjustment adjustment = pairs.Count > MostForHolm ? Adjustment.BenjaminiHochberg : Adjustment.Holm;
        return new(Adjust(contrasts, adjustment), adjustment, omnibus, BlockTable.Of(arms).Missing);
    }

    static MeanTest PooledTest(
        BlockTable table, RepeatedMeasures omnibus, string baseline, string treatment, double confidence)
    {
        string[] names = [.. table.Arms];
        double[] a = table.Column(Array.IndexOf(names, baseline)), b = table.Column(Array.IndexOf(names, treatment));
        double mean = Moments.Mean([.. a.Zip(b, (x, y) => y - x)]) * table.Metric.Scale;
        return MeanTest.FromPooled(
            table.N, mean, Math.Sqrt(2 * omnibus.MeanSquareError), omnibus.DenominatorDegreesOfFreedom, confidence);
    }

    static IReadOnlyList<ArmsContrast> Adjust(List<ArmsContrast> contrasts, Adjustment adjustment)
    {
        int[] tested = [.. Enumerable.Range(0, contrasts.Count).Where(i => contrasts[i].P is not null)];
        double[] p = [.. tested.Select(i => contrasts[i].P!.Value)];
        double[] adjusted = adjustment == Adjustment.Holm ? Adjusted.Holm(p) : Adjusted.BenjaminiHochberg(p);
        for (int i = 0; i < tested.Length; i++)
            contrasts[tested[i]] = contrasts[tested[i]] with { AdjustedP = adjusted[i] };
        return contrasts;
    }
}
