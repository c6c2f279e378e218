using System.Globalization;
using System.Text;

namespace Ceteris.Studies;

/// <summary>
/// metrics.csv: one line per epoch. UTF-8, line feeds, invariant culture, shortest round-trip numbers (time columns
/// rounded), an empty cell for what was not evaluated; the columns of validation images are there only if a run has
/// some. Rewritten whole by <see cref="RunFolder.Write(string,
/// Action{Stream})"/>, so no row is ever half there.
/// </summary>
public static class MetricsCsv
{
    public const string FileName = "metrics.csv";

    const string Train = "epoch,step,lr,train_loss,train_accuracy",
        Validation = "validation_loss,validation_accuracy",
        Test = "test_loss,test_accuracy,images_per_second,seconds";

    public static byte[] ToBytes(IReadOnlyList<MetricRow> rows)
    {
        bool isValidated = rows.Any(row => row.ValidationLoss is not null || row.ValidationAccuracy is not null);
        var text = new StringBuilder(Header(isValidated)).Append('\n');
        foreach (MetricRow row in rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{row.Epoch},{row.Step},{row.LearningRate:R},{row.TrainLoss:R},{row.TrainAccuracy:R},");
            if (isValidated)
                text.Append(CultureInfo.InvariantCulture, $"{row.ValidationLoss:R},{row.ValidationAccuracy:R},");
            text.Append(CultureInfo.InvariantCulture,
                $"{row.TestLoss:R},{row.TestAccuracy:R},{row.ImagesPerSecond:F1},{row.Seconds:F3}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <exception cref="InvalidDataException">With file, line and column.</exception>
    public static IReadOnlyList<MetricRow> Parse(ReadOnlySpan<byte> utf8, string source)
    {
        string[] lines = Encoding.UTF8.GetString(utf8).Split('\n');
        bool isValidated = lines[0] == Header(true);
        string header = Header(isValidated);
        if (lines[0] != header || lines[^1] != "")
            throw new InvalidDataException($"{source}: expected the first line '{header}' and a line feed at the end");
        string[] columns = header.Split(',');
        int test = Array.IndexOf(columns, "test_loss");
        var rows = new List<MetricRow>();
        for (int line = 1; line < lines.Length - 1; line++)
        {
            string[] cells = lines[line].Split(',');
            if (cells.Length != columns.Length)
                throw new InvalidDataException(
                    $"{source}({line + 1}): expected {columns.Length} cells, got {cells.Length}");
            rows.Add(new(
                (int)Whole(0, int.MaxValue), Whole(1, long.MaxValue), Number(2), Number(3), Number(4), Optional(test),
                Optional(test + 1), Number(test + 2), Number(test + 3))
            {
                ValidationLoss = isValidated ? Optional(5) : null,
                ValidationAccuracy = isValidated ? Optional(6) : null,
            });

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

    static string Header(bool isValidated) => isValidated ? $"{Train},{Validation},{Test}" : $"{Train},{Test}";
}
