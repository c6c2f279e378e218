using System.Globalization;
using System.Text;

namespace Ceteris.Studies;

/// <summary>
/// metrics.csv: one line per epoch. UTF-8, line feeds, invariant culture, shortest round-trip numbers (time columns
/// rounded), an empty cell for what was not evaluated. Rewritten whole by <see cref="RunFolder.Write(string,
/// Action{Stream})"/>, so no row is ever half there.
/// </summary>
public static class MetricsCsv
{
    public const string FileName = "metrics.csv";

    const string Header = "epoch,step,lr,train_loss,train_accuracy,test_loss,test_accuracy,images_per_second,seconds";

    public static byte[] ToBytes(IEnumerable<MetricRow> rows)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (MetricRow row in rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{row.Epoch},{row.Step},{row.LearningRate:R},{row.TrainLoss:R},{row.TrainAccuracy:R},");
            text.Append(CultureInfo.InvariantCulture,
                $"{row.TestLoss:R},{row.TestAccuracy:R},{row.ImagesPerSecond:F1},{row.Seconds:F3}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <exception cref="InvalidDataException">With file, line and column.</exception>
    public static IReadOnlyList<MetricRow> Parse(ReadOnlySpan<byte> utf8, string source)
    {
        string[] lines = Encoding.UTF8.GetString(utf8).Split('\n');
        if (lines[0] != Header || lines[^1] != "")
            throw new InvalidDataException($"{source}: expected the first line '{Header}' and a line feed at the end");
        string[] columns = Header.Split(',');
        var rows = new List<MetricRow>();
        for (int line = 1; line < lines.Length - 1; line++)
        {
            string[] cells = lines[line].Split(',');
            if (cells.Length != columns.Length)
                throw new InvalidDataException(
                    $"{source}({line + 1}): expected {columns.Length} cells, got {cells.Length}");
            rows.Add(new(
                (int)Whole(0, int.MaxValue), Whole(1, long.MaxValue), Number(2), Number(3), Number(4), Optional(5),
                Optional(6), Number(7), Number(8)));

            long Whole(int column, long limit) =>
                long.TryParse(cells[column], NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                    && value <= limit
                    ? value : throw Bad(column, "a whole number");

            double Number(int column) =>
                double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                    ? value : throw Bad(column, "a number");

            InvalidDataException Bad(int column, string expected) =>
                new($"{source}({line + 1}), column {columns[column]}: expected {expected}, got '{cells[column]}'");

            double? Optional(int column) => cells[column] == "" ? null : Number(column);
        }
        return rows;
    }
}
