using System.Globalization;

namespace Ceteris.Benchmarks;

/// <summary>A variant as it was measured; <paramref name="MultiplyAdds"/> of a step of all copies.</summary>
sealed record ScalingRow(
    Measured Measured, int Copies, int Images, double MultiplyAdds, string? Against, bool PerMultiplyAdd,
    double? AtLeast, double? AtMostSeconds);

/// <summary>A group as it was measured.</summary>
sealed record ScalingResult(string Title, IReadOnlyList<ScalingRow> Rows)
{
    /// <summary>
    /// How much faster a row is than the one it stands against, in the same round: multiply-adds or steps in a time,
    /// divided by the other's.
    /// </summary>
    public Spread? Speed(ScalingRow row)
    {
        if (row.Against is null)
            return null;
        var other = Rows.Single(r => r.Measured.Name == row.Against);
        double amounts = row.PerMultiplyAdd ? row.MultiplyAdds / other.MultiplyAdds : (double)row.Copies / other.Copies;
        var times = other.Measured.RatioTo(row.Measured);
        return new(times.Median * amounts, times.Min * amounts, times.Max * amounts);
    }

    /// <summary>Whether a row meets its goal; null if it has none.</summary>
    public bool? Meets(ScalingRow row) =>
        row.AtMostSeconds is { } most ? row.Measured.Seconds.Median <= most
            : row.AtLeast is { } least ? Speed(row)!.Value.Median >= least : null;
}

/// <summary><c>scaling</c>: how time grows and shrinks.</summary>
sealed record ScalingReport(Stamp Stamp, int Rounds, double SampleSeconds, IReadOnlyList<ScalingResult> Groups)
{
    public static ScalingReport Measure(BenchmarkOptions options)
    {
        var policy = options.Policy(SamplePolicy.Short);
        var results = new List<ScalingResult>();
        foreach (var group in ScalingGroups.All(options.Threads.Max()).Where(g => options.Wants(g.Name)))
        {
            if (options.Quick && group.Variants.Any(variant => variant.IsSlow))
                continue;
            results.Add(Measure(group, policy));
            Console.WriteLine(results[^1].Title);
            foreach (var row in results[^1].Rows)
            {
                string speed = results[^1].Speed(row) is { } found ? $"  {Quantity.Ratio(found)}" : "";
                Console.WriteLine($"  {row.Measured.Name,-32} {Quantity.Seconds(row.Measured.Seconds)}{speed}");
            }
        }
        return new(Stamp.Now(), policy.Rounds, policy.SampleSeconds, results);
    }

    static ScalingResult Measure(ScalingGroup group, SamplePolicy policy)
    {
        var owned = new List<IDisposable>();
        try
        {
            var measured = policy.Alternate([.. group.Variants.Select(v => new Sampler(v.Open(owned), policy).WarmUp())]);
            return new(group.Title,
            [
                .. group.Variants.Zip(measured, (v, m) => new ScalingRow(
                    m, v.Copies, v.Copies * v.Work.Batch, v.Copies * v.Work.Batch * v.Work.MultiplyAdds(v.Phase), v.Against,
                    v.PerMultiplyAdd, v.AtLeast, v.AtMostSeconds)),
            ]);
        }
        finally
        {
            foreach (var one in owned)
                one.Dispose();
        }
    }

    public string ToMarkdown()
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            ## Scaling

            {Stamp}. Medians of {Rounds} rounds of samples of at least {SampleSeconds} s, in alternation. *Speed*: relative to the row it is against, in the
            same round, median [least..greatest]; in multiply-adds per second where the work differs, else in steps per second (of all runs together).


            """);
        foreach (var group in Groups)
        {
            text += $"**{group.Title}**\n\n" + MarkdownTable.Of(group.Rows,
            [
                ("", row => $"{row.Measured.Name}"),
                ("step", row => $"{Quantity.Seconds(row.Measured.Seconds.Median)}"),
                ("images/s", row => $"{row.Images / row.Measured.Seconds.Median:N0}"),
                ("speed", row => $"{(group.Speed(row) is { } speed ? $"{Quantity.Ratio(speed)} against {row.Against}" : "")}"),
                ("goal", row => $"{Goal(row)}{(group.Meets(row) == true ? " ✓" : "")}"),
            ]) + "\n";
        }
        return text.TrimEnd('\n') + "\n";
    }

    static string Goal(ScalingRow row) =>
        row.AtMostSeconds is { } most ? $"at most {Quantity.Seconds(most)}"
            : row.AtLeast is { } least ? FormattableString.Invariant($"at least {least:F2}×") : "";
}
