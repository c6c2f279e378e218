using System.Text;

namespace Ceteris.Studies;

/// <summary>A report as Markdown; figures by their numbers.</summary>
static class ReportMarkdown
{
    public static string Of(ReportDocument report)
    {
        var text = new StringBuilder();
        text.Append($"# {Escape(report.Title)}\n\n{Escape(string.Join(" · ", report.Facts))}\n");
        var glossary = new ReportGlossary();
        foreach (ReportSection section in report.Sections)
        {
            text.Append($"\n## {Escape(section.Title)}\n");
            foreach (ReportBlock? block in section.Blocks)
                Append(text, block);
            foreach ((string term, string meaning) in glossary.First(PlainText.Of(section, showsFigures: false)))
                text.Append($"\n> *{Escape(term)}*: {Escape(meaning)}\n");
        }
        return text.ToString();
    }

    static void Append(StringBuilder text, ReportBlock? block)
    {
        switch (block)
        {
            case ReportText paragraph:
                text.Append($"\n{Escape(paragraph.Text)}\n");
                break;
            case ReportList list:
                text.Append('\n').AppendJoin("", list.Items.Select(item => $"- {Escape(item)}\n"));
                break;
            case ReportCode code:
                text.Append('\n').AppendJoin("", code.Text.Split('\n').Select(line => $"    {VisibleText.Of(line)}\n"));
                break;
            case ReportTable table:
                Append(text, table);
                break;
            case ReportFigure figure:
                foreach (ReportTable data in figure.Data)
                    Append(text, data);
                break;
            case ReportGallery gallery:
                text.Append($"\n{Escape(gallery.Caption)}\n\n").AppendJoin("", gallery.Items.Select(
                    item => $"- {Escape($"{item.Name}: {string.Join(", ", item.Lines)}")}\n"));
                break;
        }
    }

    static void Append(StringBuilder text, ReportTable table)
    {
        text.Append($"\n{Escape(table.Caption)}\n\n");
        text.Append($"| {string.Join(" | ", table.Columns.Select(column => Cell(column.TrimEnd())))} |\n");
        text.Append($"|{string.Join("|", table.Columns.Select((_, i) => table.IsText(i) ? "---" : "---:"))}|\n");
        foreach (IReadOnlyList<string> row in table.Rows)
            text.Append($"| {string.Join(" | ", row.Select(Cell))} |\n");
    }

    /// <summary>A cell, its second line in brackets.</summary>
    static string Cell(string text) =>
        Escape(text.Split('\n', 2) is [var first, var second] ? $"{first} ({second})" : text);

    /// <summary>A text as it is; only code keeps its marks.</summary>
    internal static string Escape(string text) => string.Concat(PlainText.Runs(text).Select(run => run.IsCode
        ? $"`{OneLine(run.Text)}`"
        : string.Concat(OneLine(run.Text).Select(c => "\\`*_[]<>|#~&".Contains(c) ? $"\\{c}" : c.ToString()))));

    static string OneLine(string text) => VisibleText.Of(text.ReplaceLineEndings(" "));
}
