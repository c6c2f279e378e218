using System.Globalization;
using System.Text;

namespace Ceteris.Benchmarks;

/// <summary>A table of Markdown: a line for each row, a cell for each column; invariant culture.</summary>
static class MarkdownTable
{
    public static string Of<T>(
        IEnumerable<T> rows, IReadOnlyList<(string Title, Func<T, FormattableString> Cell)> columns)
    {
        var text = new StringBuilder();
        Line(columns.Select(column => column.Title));
        text.Append('|').Insert(text.Length, "---|", columns.Count).Append('\n');
        foreach (T row in rows)
            Line(columns.Select(column => column.Cell(row).ToString(CultureInfo.InvariantCulture)));
        return text.ToString();

        void Line(IEnumerable<string> cells) =>
            text.Append("| ").AppendJoin(" | ", cells.Select(Escaped)).Append(" |\n");
    }

    /// <summary>A column, where the compiler needs to be told of what.</summary>
    public static (string Title, Func<T, FormattableString> Cell) Column<T>(
        string title, Func<T, FormattableString> cell) => (title, cell);

    static string Escaped(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
