namespace Ceteris.Benchmarks;

/// <summary>Figures for people, invariant culture.</summary>
static class Quantity
{
    /// <summary>Three digits and a unit.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        >= 1 => FormattableString.Invariant($"{Digits(seconds)} s"),
        >= 1e-3 => FormattableString.Invariant($"{Digits(seconds * 1e3)} ms"),
        _ => FormattableString.Invariant($"{Digits(seconds * 1e6)} µs"),
    };

    public static string Seconds(Spread spread) =>
        $"{Seconds(spread.Median)} [{Seconds(spread.Min)}..{Seconds(spread.Max)}]";

    public static string Bytes(double bytes) => bytes switch
    {
        >= 1e9 => $"{Digits(bytes / 1e9)} GB",
        >= 1e6 => $"{Digits(bytes / 1e6)} MB",
        >= 1e3 => $"{Digits(bytes / 1e3)} kB",
        _ => FormattableString.Invariant($"{bytes:F0} B"),
    };

    /// <summary>A ratio with its spread.</summary>
    public static string Ratio(Spread ratio) =>
        FormattableString.Invariant($"{ratio.Median:F2}× [{ratio.Min:F2}..{ratio.Max:F2}]");

    static string Digits(double figure) => figure switch
    {
        >= 100 => FormattableString.Invariant($"{figure:F0}"),
        >= 10 => FormattableString.Invariant($"{figure:F1}"),
        _ => FormattableString.Invariant($"{figure:F2}"),
    };
}
