using System.Globalization;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>What goes on inside the networks of a study, arm by arm and layer by layer.</summary>
static class LayerTable
{
    const string None = "–";

    /// <summary>Null if that was not asked for, or no run was looked into.</summary>
    public static ReportTable? Of(StudyAnalysis analysis)
    {
        // What another study saw in the same runs makes this report no other.
        if (!analysis.Study.ProbesLayers)
            return null;
        (string Layer, LayerQuantity Quantity)[] columns =
        [
            .. analysis.Arms.SelectMany(RecordsOf).Select(record => (record.Layer, record.Quantity)).Distinct()
                .OrderBy(column => column.Quantity == LayerQuantity.GradientNorm),
        ];
        return columns.Length == 0 ? null : new(
            string.Create(CultureInfo.InvariantCulture,
                $"Before → after training, over the first {LayerProbe.MostImages} training images, median over seeds. ")
                + "Saturated: the share of an activation's outputs where its slope is below a tenth of the steepest "
                + "(a sigmoid below 0.026 or above 0.974, a ReLU that is off). Gradient norm: of the loss, over a "
                + "layer's weights.",
            ["Arm ", .. columns.Select(column => $"{column.Layer}\n{Title(column.Quantity)}")],
            [.. analysis.Rows.Select(arm => (IReadOnlyList<string>)
                [arm.Name, .. columns.Select(column => Cell(arm, column.Layer, column.Quantity))])]);
    }

    static string Title(LayerQuantity quantity) =>
        quantity == LayerQuantity.Saturated ? "saturated, %" : "gradient norm";

    static IEnumerable<LayerRecord> RecordsOf(ArmSummary arm) =>
        arm.Outcome.Blocks.SelectMany(block => block.Run?.Layers ?? []);

    static string Cell(ArmSummary arm, string layer, LayerQuantity quantity)
    {
        LayerRecord[] records = [.. RecordsOf(arm).Where(r => r.Layer == layer && r.Quantity == quantity)];
        return records.Length == 0 ? None
            : $"{Text(records.Select(r => r.Start))} → {Text(records.Select(r => r.End))}";

        string Text(IEnumerable<double> values) => quantity == LayerQuantity.Saturated
            ? InWords.Number(100 * Median.Of(values)!.Value, 0) : Significant(Median.Of(values)!.Value);
    }

    /// <summary>Two digits; a power of ten where a decimal fraction would be long.</summary>
    static string Significant(double value)
    {
        if (value is 0 or >= 0.0095)
        {
            int decimals = 0;
            for (double unit = 9.5; decimals < 3 && value < unit; unit /= 10)
                decimals++;
            return InWords.Number(value, decimals);
        }
        string[] parts = value.ToString("0.0e0", CultureInfo.InvariantCulture).Split('e');
        return $"{parts[0]}·10{string.Concat(parts[1].Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']))}";
    }
}
