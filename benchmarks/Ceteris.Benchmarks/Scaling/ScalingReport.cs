using System.Globalization;

namespace Ceteris.Benchmarks;

/// <summary>A variant as it was measured; <paramref name="MultiplyAdds"/> of a step of all copies.</summary>
sealed record ScalingRow(
    Measured Measured, int Copies, int Images, double MultiplyAdds, string? Against, bool PerMultiplyAdd,
    double? AtLeast, double? AtMostSeconds);

/// <summary>A group as it was measured.</summary>
sealed record ScalingResult(string Title, string Subject, IReadOnlyList<ScalingRow> Rows)
{
    /// <summary>
    /// How much faster a row is than the one it stands against, in the same round: multiply-adds or steps in a time,
    /// divided by the other's.
    /// </summary>
    public Spread? Speed(ScalingRow row)
    {
        if (Other(row) is not { } other)
            return null;
        double amounts = row.PerMultiplyAdd ? row.MultiplyAdds / other.MultiplyAdds : (double)row.Copies / other.Copies;
        var times = other.Measured.RatioTo(row.Measured);
        return new(times.Median * amounts, times.Min * amounts, times.Max * amounts);
    }

    /// <summary>Whether other processes spoilt a row, or the one it stands against.</summary>
    public bool IsNoisy(ScalingRow row) => row.Measured.IsNoisy || Other(row) is { Measured.IsNoisy: true };

    /// <summary>Whether a row has a goal and meets it.</summary>
    public bool MeetsGoal(ScalingRow row) => !IsNoisy(row)
        && (row.AtMostSeconds is { } most ? row.Measured.Seconds.Median <= most
            : row.AtLeast is { } least && Speed(row)!.Value.Median >= least);

    ScalingRow? Other(ScalingRow row) => row.Against is null ? null : Rows.Single(r => r.Measured.Name == row.Against);
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
            Console.WriteLine($"{group.Title}: {group.Subject}");
            foreach (var row in results[^1].Rows)
            {
                string speed = results[^1].Speed(row) is { } found ? $"  {Quantity.Ratio(found)}" : "";
                Console.WriteLine($"  {row.Measured.Name,-32} {Quantity.Seconds(row.Measured.Seconds)}{speed}");
            }
        }
        return results.Count > 0 ? new(Stamp.Now(), policy.Rounds, policy.SampleSeconds, results)
            : throw new InvalidOperationException($"expected groups by name, got {string.Join(", ", options.Parts)}");
    }

    static ScalingResult Measure(ScalingGroup group, SamplePolicy policy)
    {
        var owned = new List<IDisposable>();
        try
        {
            var measured = policy.Alternate(
                [.. group.Variants.Select(v => new Sampler(v.Open(owned), policy).WarmUp())]);
            return new(group.Title, group.Subject,
            [
                .. group.Variants.Zip(measured, (v, m) => new ScalingRow(
                    m, v.Copies, v.Copies * v.Work.Batch, v.Copies * v.Work.Batch * v.Work.MultiplyAdds(v.Phase),
                    v.Against, v.PerMultiplyAdd, v.AtLeast, v.AtMostSeconds)),
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

            {Stamp}. Medians of {Rounds} rounds of samples of at least
            {SampleSeconds} s, in alternation. *Speed*: relative to the row it is against, in the same round, median
            [least..greatest]; in multiply-adds per second where the work differs, else in steps per second (of all runs
            together). *Noisy*: other processes used more than {Sample.ForeignLimit:P0} of a core during most samples;
            then no goal is met.


            """);
        foreach (var groups in Groups.GroupBy(group => group.Title))
        {
            bool isOne = groups.All(group => group.Subject.Length == 0);
            var subject = MarkdownTable.Column<(ScalingResult group, ScalingRow row)>(
                "network, batch", r => $"{r.group.Subject}");
            var rows = groups.SelectMany(group => group.Rows.Select(row => (group, row)));
            text += $"**{groups.Key}**\n\n" + MarkdownTable.Of(rows,
            [
                .. isOne ? [] : new[] { subject },
                ("what", r => $"{r.row.Measured.Name}"),
                ("step", r => $"{Quantity.Seconds(r.row.Measured.Seconds.Median)}"),
                ("images/s", r => $"{r.row.Images / r.row.Measured.Seconds.Median:N0}"),
                ("speed", r => $"{Speed(r.group, r.row)}{(r.group.IsNoisy(r.row) ? " (noisy)" : "")}"),
                ("goal", r => $"{Goal(r.row)}{(r.group.MeetsGoal(r.row) ? " ✓" : "")}"),
            ]) + "\n";
        }
        return text.TrimEnd('\n') + "\n";
    }

    static string Speed(ScalingResult group, ScalingRow row) =>
        group.Speed(row) is { } speed ? $"{Quantity.Ratio(speed)} against {row.Against}" : "";

    static string Goal(ScalingRow row) =>
        row.AtMostSeconds is { } most ? $"at most {Quantity.Seconds(most)}"
            : row.AtLeast is { } least ? FormattableString.Invariant($"at least {least:F2}×") : "";
}
