using Ceteris.Statistics;

namespace Ceteris.Tests;

/// <summary>Every number of vectors.json, out of the public types.</summary>
public sealed class VectorTests
{
    static PairedComparison Comparison(string vector) => PairedComparison.Of(
        ArmScores.Counts("A", 10_000, Vectors.Integers(vector + ".A_correct")),
        ArmScores.Counts("B", 10_000, Vectors.Integers(vector + ".B_correct")));

    static double[] Differences(string vector) =>
        [.. Vectors.Integers(vector + ".A_correct").Zip(
            Vectors.Integers(vector + ".B_correct"), (a, b) => (double)(b - a))];

    [Fact]
    public void Paired()
    {
        PairedComparison pair = Comparison("V1_paired");
        Vectors.Equal("V1_paired.mean_pp", pair.Mean!.Value);
        Vectors.Equal("V1_paired.mean_pp", pair.Test!.Mean);
        Vectors.Equal("V1_paired.sd_pp", pair.Test.StandardDeviation);
        Vectors.Equal("V1_paired.t", pair.Test.T);
        Vectors.Equal("V1_paired.df", pair.Test.DegreesOfFreedom);
        Vectors.Equal("V1_paired.p", pair.Test.P);
        Vectors.Equal("V1_paired.ci95", pair.Test.Interval);
        Vectors.Equal("V1_paired.welch.t", pair.Welch!.T);
        Vectors.Equal("V1_paired.welch.df", pair.Welch.DegreesOfFreedom);
        Vectors.Equal("V1_paired.welch.p", pair.Welch.P);
        Vectors.Equal("V1_paired.welch.ci95", pair.Welch.Interval);
        Vectors.Equal("V1_paired.signflip_p", pair.SignFlipP!.Value);
        Vectors.Equal("V1_paired.wilcoxon_exact_p", SignFlip.Wilcoxon(Differences("V1_paired")).P);
        Vectors.Equal("V1_paired.pearson_r", pair.Correlation!.Value);
        Vectors.Equal("V1_paired.var_ratio_unpaired_over_paired", pair.VarianceRatio!.Value);
        Assert.Equal(0.715951860322, pair.ErrorRatio!.Value.Ratio, 12);
        Assert.Equal(0.685154663955, pair.ErrorRatio.Value.Interval.Low, 12);
        Assert.Equal(0.748133367932, pair.ErrorRatio.Value.Interval.High, 12);
        Assert.Equal((5, 0, 0, 1), (pair.Wins, pair.Losses, pair.Ties, pair.WinShare));
    }

    [Fact]
    public void EquivalenceTest()
    {
        PairedComparison pair = Comparison("V2_tost");
        MeanTest test = pair.Test!;
        var tost = Equivalence.Of(test, Vectors.At("V2_tost.margin_pp").GetDouble());
        Vectors.Equal("V2_tost.mean", test.Mean);
        Vectors.Equal("V2_tost.sd", test.StandardDeviation);
        Vectors.Equal("V2_tost.t", test.T);
        Vectors.Equal("V2_tost.p", test.P);
        Vectors.Equal("V2_tost.ci95", test.Interval);
        Vectors.Equal("V2_tost.ci90", tost.Interval);
        Vectors.Equal("V2_tost.t_lower", tost.TLower);
        Vectors.Equal("V2_tost.t_upper", tost.TUpper);
        Vectors.Equal("V2_tost.p_lower", tost.PLower);
        Vectors.Equal("V2_tost.p_upper", tost.PUpper);
        Vectors.Equal("V2_tost.p_tost", tost.P);
        Vectors.Equal("V2_tost.signflip_p", pair.SignFlipP!.Value);
        (double positive, double p) = SignFlip.Wilcoxon(Differences("V2_tost"));
        Vectors.Equal("V2_tost.wilcoxon_midrank_exact.Wplus", positive);
        Vectors.Equal("V2_tost.wilcoxon_midrank_exact.p", p);
    }

    static ArmScores[] Arms()
    {
        int[][] rows = Vectors.Table("V3_blocks.rows_blocks_cols_arms_correct");
        return [.. Enumerable.Range(0, 4).Select(
            arm => ArmScores.Counts($"{arm + 1}", 10_000, [.. rows.Select(row => row[arm])]))];
    }

    [Fact]
    public void SeveralArms()
    {
        var all = ArmsComparison.AllPairs(Arms());
        RepeatedMeasures omnibus = all.Omnibus!;
        Vectors.Equal("V3_blocks.F", omnibus.F);
        Vectors.Equal("V3_blocks.df.0", omnibus.NumeratorDegreesOfFreedom);
        Vectors.Equal("V3_blocks.df.1", omnibus.DenominatorDegreesOfFreedom);
        Vectors.Equal("V3_blocks.p", omnibus.P);
        Vectors.Equal("V3_blocks.MSE", omnibus.MeanSquareError);
        Vectors.Equal("V3_blocks.GG_eps", omnibus.Epsilon);
        Vectors.Equal("V3_blocks.p_GG", omnibus.EpsilonP);
        double[] hochberg = Adjusted.BenjaminiHochberg([.. all.Contrasts.Select(c => c.P!.Value)]);
        Assert.Equal(6, all.Contrasts.Count);
        for (int i = 0; i < 6; i++)
        {
            ArmsContrast contrast = all.Contrasts[i];
            string pair = $"V3_blocks.pairs.{contrast.Paired.Baseline.Name}{contrast.Paired.Treatment.Name}";
            Vectors.Equal(pair + ".d", contrast.Test!.Mean);
            Vectors.Equal(pair + ".t", contrast.Test.T);
            Vectors.Equal(pair + ".p", contrast.P!.Value);
            Vectors.Equal(pair + ".holm", contrast.AdjustedP!.Value);
            Vectors.Equal(pair + ".bh", hochberg[i]);
            // R integrates the distribution, not its tail, so it knows these to about 3e-11 absolute.
            if (Vectors.At(pair).TryGetProperty("tukey", out var tukey))
                Assert.Equal(tukey.GetDouble(), contrast.TukeyP!.Value, 3e-11);
        }
        Vectors.Equal("V3_blocks.pairs.34.pooled_t", all.Contrasts[5].Pooled!.T);
        Vectors.Equal("V3_blocks.pairs.34.pooled_p", all.Contrasts[5].Pooled!.P);
    }

    [Fact]
    public void RanksOfArms()
    {
        var table = BlockTable.Of(Arms());
        var friedman = Friedman.Of(table);
        Vectors.Equal("V3_blocks.friedman_chi2", friedman.ChiSquared);
        Vectors.Equal("V3_blocks.friedman_p", friedman.P);
        Vectors.Equal("V3_blocks.iman_davenport_F", friedman.F);
        Vectors.Equal("V3_blocks.iman_davenport_p", friedman.FisherP);
        // R's quantile of the studentized range stops short of 1e-9; see StudentizedRangeTests.
        Vectors.Equal("V3_blocks.nemenyi_CD_k4_N6", friedman.CriticalDifference, 3e-9);
        var page = PageTest.Of(table);
        Vectors.Equal("V3_blocks.page_L.L", page.L);
        Vectors.Equal("V3_blocks.page_L.E", page.Expected);
        Vectors.Equal("V3_blocks.page_L.Var", page.Variance);
        Vectors.Equal("V3_blocks.page_L.z", page.Z);
        Vectors.Equal("V3_blocks.page_L.p_one_sided", page.PRising);
    }

    [Fact]
    public void FactorialStudy()
    {
        string[] cells = ["bn0_do0", "bn0_do1", "bn1_do0", "bn1_do1"];
        ArmScores[] arms = [.. cells.Select(cell => ArmScores.Counts(
            cell, 10_000, [.. Vectors.Numbers("V4_factorial." + cell).Select(
                percent => (int)Math.Round(percent * 100))]))];
        var study = Factorial.Of([new("BN", "off", "on"), new("dropout", "off", "on")], BlockTable.Of(arms));
        Assert.Equal(["BN × dropout", "dropout", "BN"], study.Effects.Select(effect => effect.Name));
        Check("interaction", study.Effects[0].Test, true);
        Check("main_DO", study.Effects[1].Test, true);
        Check("main_BN", study.Effects[2].Test, true);
        Check("simple_DO_at_bn0", study.Effects[1].SimpleEffects[0].Test, false);
        Check("simple_DO_at_bn1", study.Effects[1].SimpleEffects[1].Test, false);
        Assert.Equal(["BN = off", "BN = on"], study.Effects[1].SimpleEffects.Select(effect => effect.At));
        Assert.Equal([false, true, false], study.Effects.Select(effect => effect.Reverses));
        Assert.Equal(study.Effects[0].Test.P, study.Effects[0].AdjustedP);
        Assert.Equal(2 * study.Effects[2].Test.P, study.Effects[2].AdjustedP);

        static void Check(string name, MeanTest test, bool hasInterval)
        {
            Vectors.Equal($"V4_factorial.{name}.est", test.Mean);
            Vectors.Equal($"V4_factorial.{name}.t", test.T);
            Vectors.Equal($"V4_factorial.{name}.p", test.P);
            if (hasInterval)
                Vectors.Equal($"V4_factorial.{name}.ci95", test.Interval);
        }
    }

    [Fact]
    public void SeedsAndImages()
    {
        var effect = ImageEffect.Of(Vectors.Table("V5_crossed.D_seeds_by_images"));
        Vectors.Equal("V5_crossed.mean", effect.Mean);
        Vectors.Equal("V5_crossed.MS_seed", effect.MeanSquareSeeds);
        Vectors.Equal("V5_crossed.MS_image", effect.MeanSquareImages);
        Vectors.Equal("V5_crossed.MS_res", effect.MeanSquareRest);
        Vectors.Equal("V5_crossed.SE_seeds", effect.SeedsStandardError);
        Vectors.Equal("V5_crossed.SE_seeds_and_images", effect.BothStandardError);
        Vectors.Equal("V5_crossed.df", effect.DegreesOfFreedom);
    }

    [Fact]
    public void TwoNetworks()
    {
        var test = McNemar.Of(Vectors.At("V6_mcnemar.b").GetInt32(), Vectors.At("V6_mcnemar.c").GetInt32());
        Vectors.Equal("V6_mcnemar.exact_p", test.ExactP);
        Vectors.Equal("V6_mcnemar.mid_p", test.MidP);
        Vectors.Equal("V6_mcnemar.chi2", test.ChiSquared);
        Vectors.Equal("V6_mcnemar.p_chi2", test.ChiSquaredP);
        Vectors.Equal("V6_mcnemar.chi2_cc", test.CorrectedChiSquared);
        Vectors.Equal("V6_mcnemar.p_cc", test.CorrectedP);
    }

    [Fact]
    public void ManyTests()
    {
        double[] p = Vectors.Numbers("V7_adjust.p"), holm = Adjusted.Holm(p), hochberg = Adjusted.BenjaminiHochberg(p);
        for (int i = 0; i < p.Length; i++)
        {
            Vectors.Equal($"V7_adjust.holm.{i}", holm[i]);
            Vectors.Equal($"V7_adjust.bh.{i}", hochberg[i]);
        }
    }

    [Fact]
    public void BorrowedVariance()
    {
        double[] values = Vectors.Numbers("V8_moderated_t.d");
        MeanTest test = ModeratedT.Of(
            values, Vectors.At("V8_moderated_t.d0").GetDouble(), Vectors.At("V8_moderated_t.s0").GetDouble());
        Vectors.Equal("V8_moderated_t.mean", test.Mean);
        Vectors.Equal("V8_moderated_t.s_tilde", test.StandardDeviation);
        Vectors.Equal("V8_moderated_t.t", test.T);
        Vectors.Equal("V8_moderated_t.df", test.DegreesOfFreedom);
        Vectors.Equal("V8_moderated_t.p", test.P);
        Vectors.Equal("V8_moderated_t.ordinary_t", MeanTest.Of(values).T);
        Vectors.Equal("V8_moderated_t.ordinary_p", MeanTest.Of(values).P);
    }

    [Fact]
    public void LookingAtAnyTime()
    {
        for (int i = 0; i < 2; i++)
        {
            var vector = Vectors.At($"V9_sequential.e_value.{i}");
            double t = vector.GetProperty("t").GetDouble();
            int n = vector.GetProperty("n").GetInt32(), g = vector.GetProperty("g").GetInt32();
            Vectors.Equal($"V9_sequential.e_value.{i}.E", AlwaysValid.EValueOf(t, n, g));
        }
        foreach (var entry in Vectors.At("V9_sequential.t_crit_alpha05_g1").EnumerateObject())
        {
            double critical = AlwaysValid.CriticalTOf(
                int.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture));
            if (entry.Value.ValueKind == System.Text.Json.JsonValueKind.String)
                Assert.Equal(double.PositiveInfinity, critical);
            else
                Vectors.Equal(entry.Value, critical, 1e-9, entry.Name);
        }
    }

    /// <summary>The vector comes from a simulation, known to ± 2e-4.</summary>
    [Fact]
    public void LookingAtPlannedTimes()
    {
        var pocock = PlannedLooks.Of([5, 10, 20, 30]);
        var obrien = PlannedLooks.Of([5, 10, 20, 30], spending: Spending.OBrienFleming);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(
                Vectors.At($"V9_sequential.looks_5_10_20_30_of_30.pocock_nominal_p.{i}").GetDouble(),
                pocock.NominalP[i], 2e-4);
            Assert.Equal(
                Vectors.At($"V9_sequential.looks_5_10_20_30_of_30.obf_nominal_p.{i}").GetDouble(), obrien.NominalP[i],
                2e-4);
        }
    }

    [Fact]
    public void FallingErrors()
    {
        double[] sizes = Vectors.Numbers("V10_power_law.N"), errors = Vectors.Numbers("V10_power_law.err_pct");
        var law = PowerLaw.Of(sizes, errors);
        Vectors.Equal("V10_power_law.loglog.intercept", law.Intercept);
        Vectors.Equal("V10_power_law.loglog.slope", law.Slope);
        Vectors.Equal("V10_power_law.loglog.se_slope", law.SlopeStandardError);
        Vectors.Equal("V10_power_law.loglog.ci95", law.SlopeInterval);
        Vectors.Equal("V10_power_law.loglog.R2", law.R2);

        // R's nls stops at a relative offset of 1e-5: its point is near the least squares, ours is at them.
        const string Floor = "V10_power_law.pow3_weighted_1_over_e.";
        var floor = PowerLawWithFloor.Of(sizes, errors);
        Vectors.Equal(Floor + "a_per_1000", floor.A, 1e-4);
        Vectors.Equal(Floor + "b", floor.B, 1e-4);
        Vectors.Equal(Floor + "c", floor.C, 1e-4);
        Vectors.Equal(Floor + "se_c", floor.CStandardError, 1e-4);
        double a = Vectors.At(Floor + "a_per_1000").GetDouble(), b = Vectors.At(Floor + "b").GetDouble();
        Assert.Equal(floor.WeightedSquares, Squares(floor.A, floor.B, floor.C), 1e-12);
        Assert.True(floor.WeightedSquares < Squares(a, b, Vectors.At(Floor + "c").GetDouble()));
        foreach ((double byA, double byB, double byC) in new[] { (1e-6, 0.0, 0.0), (0, 1e-6, 0), (0, 0, 1e-6) })
        {
            double rise = Squares(floor.A + byA, floor.B + byB, floor.C + byC)
                - Squares(floor.A - byA, floor.B - byB, floor.C - byC);
            Assert.InRange(rise / 2e-6, -1e-8, 1e-8);
        }

        double Squares(double a, double b, double c) => sizes.Zip(errors, (n, e) =>
            Math.Pow(e - c - a * Math.Pow(n / 1000, -b), 2) / e).Sum();
    }
}
