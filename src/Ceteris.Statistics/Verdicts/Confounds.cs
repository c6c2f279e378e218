namespace Ceteris.Statistics;

/// <summary>A quantity of an arm that is known exactly.</summary>
/// <param name="Name">In words, plural: <c>parameters</c>, <c>multiply-adds</c>, <c>steps</c>, <c>images
/// seen</c>.</param>
/// <param name="Value">Not negative.</param>
/// <param name="IsCost">Whether one pays for it (parameters, multiply-adds, bytes) rather than sets it (steps).</param>
public sealed record Quantity(string Name, double Value, bool IsCost);

/// <summary>One quantity in two arms.</summary>
/// <param name="Name">Of the quantity.</param>
/// <param name="IsCost">Whether one pays for it.</param>
/// <param name="IsDeclared">Whether the study varies it on purpose.</param>
/// <param name="Baseline">Null where the arm has no such quantity.</param>
/// <param name="Treatment">Null where the arm has no such quantity.</param>
public sealed record ConfoundRow(string Name, bool IsCost, bool IsDeclared, double? Baseline, double? Treatment)
{
    /// <summary>Relative changes up to this are no rival explanation.</summary>
    public const double Slight = 0.05;

    public bool Differs => Baseline != Treatment;

    /// <summary>Treatment / baseline; null where one is missing or the baseline is 0.</summary>
    public double? Ratio => Baseline is > 0 ? Treatment / Baseline : null;

    /// <summary>Not on purpose, and by more than 5 %: it may be what makes the difference.</summary>
    public bool IsSerious => Differs && !IsDeclared && !(Ratio is >= 1 - Slight and <= 1 + Slight);
}

/// <summary>What else differs between two arms, beside what the study varies.</summary>
public static class Confounds
{
    /// <param name="baseline">Quantities of the baseline.</param>
    /// <param name="treatment">Quantities of the treatment.</param>
    /// <param name="declared">Names of those that the study varies on purpose.</param>
    /// <returns>One row per quantity of either arm, in their order.</returns>
    /// <exception cref="ArgumentException">A quantity twice in an arm.</exception>
    public static IReadOnlyList<ConfoundRow> Between(
        IReadOnlyList<Quantity> baseline, IReadOnlyList<Quantity> treatment, params IReadOnlyList<string> declared)
    {
        string[] names = [.. baseline.Concat(treatment).Select(quantity => quantity.Name).Distinct()];
        return [.. names.Select(
            name => Row(name, Find(baseline, name), Find(treatment, name), declared.Contains(name)))];
    }

    static ConfoundRow Row(string name, Quantity? baseline, Quantity? treatment, bool isDeclared) =>
        new(name, (baseline ?? treatment)!.IsCost, isDeclared, baseline?.Value, treatment?.Value);

    static Quantity? Find(IReadOnlyList<Quantity> quantities, string name)
    {
        Quantity[] found = [.. quantities.Where(quantity => quantity.Name == name)];
        return found.Length <= 1 ? found.FirstOrDefault()
            : throw Check.Wrong(nameof(quantities), "every quantity once", $"'{name}' twice");
    }
}
