using System.Text;
using Ceteris.Kernels;

namespace Ceteris.Data;

/// <summary>
/// Images as CSV, one a row: the label, then the pixels as whole numbers 0 to 255, comma-separated; with or without
/// quotes around them, with or without a header line.
/// </summary>
public static class CsvImages
{
    /// <summary>No file is larger.</summary>
    public const long MaxFile = 1 << 30;

    const int MaxRows = 1_000_000;

    /// <summary>Reads a file of a set. Errors: <see cref="DataException"/> with line and column.</summary>
    public static ImageSet Read(string set, string part, string path, Shape image, IReadOnlyList<string> classes)
    {
        (byte[] bytes, SourceFile source) = SourceFile.Read(set, path, MaxFile);
        return Parse($"{set} {part}", bytes, path, image, classes, [source]);
    }

    /// <summary>Reads the bytes of a file (UTF-8, with or without byte order mark; lines end in LF or CR LF).</summary>
    public static ImageSet Parse(
        string name, ReadOnlySpan<byte> text, string file, Shape image, IReadOnlyList<string> classes,
        IReadOnlyList<SourceFile>? sources = null)
    {
        if (text is [0xEF, 0xBB, 0xBF, ..])
            text = text[3..];
        // A row of n fields has at least n digits, n − 1 commas and a line end: a bound on the rows, known before
        // anything is allocated.
        int fields = image.Elements + 1;
        int most = (int)Math.Min(MaxRows, (text.Length + 1L) / (2L * fields) + 1);
        byte[] pixels = new byte[checked(most * image.Elements)], labels = new byte[most];
        int rows = 0;
        for (int line = 1; text.Length > 0; line++)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> row = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            if (row is [.., (byte)'\r'])
                row = row[..^1];
            if (row.IsEmpty && text.IsEmpty || line == 1 && IsHeader(row))
                continue;
            if (rows == MaxRows)
                throw new DataException($"line {line}: expected at most {MaxRows} rows", file);
            Span<byte> target = pixels.AsSpan(rows * image.Elements, image.Elements);
            ParseRow(row, target, out byte label, classes.Count, file, line, fields);
            labels[rows++] = label;
        }
        if (rows == 0)
            throw new DataException("expected rows of a label and pixels, got none", file);
        return new(
            name, image, classes, pixels.AsSpan(0, rows * image.Elements).ToArray(), labels.AsSpan(0, rows).ToArray())
        {
            Sources = sources ?? [],
        };
    }

    /// <summary>A first line is a header if its first field is no number.</summary>
    static bool IsHeader(ReadOnlySpan<byte> row)
    {
        ReadOnlySpan<byte> field = row.Trim(" \t\""u8);
        return field.Length > 0 && char.IsAsciiLetter((char)field[0]);
    }

    static void ParseRow(
        ReadOnlySpan<byte> row, Span<byte> pixels, out byte label, int classes, string file, int line, int fields)
    {
        label = 0;
        int at = 0;
        for (int field = 0; field < fields; field++)
        {
            if (at > row.Length)
            {
                throw Error(
                    row.Length, $"expected {fields} fields (a label and {fields - 1} pixels), got {field}", file, line);
            }
            int comma = row[at..].IndexOf((byte)',');
            int end = comma < 0 ? row.Length : at + comma;
            int limit = field == 0 ? classes - 1 : 255;
            int value = ParseNumber(row[at..end]);
            if (value < 0 || value > limit)
            {
                string what = field == 0 ? "a label" : $"pixel {field}";
                string got = Encoding.UTF8.GetString(row[at..Math.Min(end, at + 20)]);
                throw Error(
                    at, $"expected {what} from 0 to {limit}, got '{got}'", file, line);
            }
            if (field == 0)
                label = (byte)value;
            else
                pixels[field - 1] = (byte)value;
            at = end + 1;
        }
        if (at <= row.Length)
            throw Error(at, $"expected the end of the row after {fields} fields, got more", file, line);
    }

    /// <summary>
    /// A whole number of at most three digits, quotes and blanks around it allowed; −1 for anything else.
    /// </summary>
    static int ParseNumber(ReadOnlySpan<byte> field)
    {
        field = field.Trim((byte)' ');
        if (field is [(byte)'"', .. var quoted, (byte)'"'])
            field = quoted;
        if (field.Length is 0 or > 3)
            return -1;
        int value = 0;
        foreach (byte digit in field)
        {
            if (!char.IsAsciiDigit((char)digit))
                return -1;
            value = value * 10 + digit - '0';
        }
        return value;
    }

    static DataException Error(int at, string message, string file, int line) =>
        new($"line {line}, column {at + 1}: {message}", file);
}
