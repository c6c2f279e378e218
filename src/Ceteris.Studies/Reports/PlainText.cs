using System.Text;

namespace Ceteris.Studies;

/// <summary>The words of a report, without their look.</summary>
static class PlainText
{
    /// <summary>All that a section says, to look for words in: with figures, or with their numbers.</summary>
    public static string Of(ReportSection section, bool showsFigures)
    {
        var text = new StringBuilder(section.Title).Append('\n');
        foreach (ReportBlock? block in section.Blocks)
        {
            _ = block switch
            {
                ReportText paragraph => text.Append(paragraph.Text),
                ReportList list => text.AppendJoin('\n', list.Items),
                ReportTable table => Append(text, table),
                ReportFigure figure => showsFigures ? text.Append(figure.Caption)
                    : figure.Data.Aggregate(text, (all, data) => Append(all, data).Append('\n')),
                ReportGallery gallery => text.Append(gallery.Caption),
                _ => text,
            };
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A text cut where <c>`code`</c> begins and ends; a single backtick is a letter like others.</summary>
    public static IEnumerable<(string Text, bool IsCode)> Runs(string text)
    {
        string[] parts = text.Split('`');
        return parts.Length % 2 == 0 ? [(text, false)]
            : parts.Select((part, i) => (part, i % 2 == 1)).Where(run => run.part != "");
    }

    static StringBuilder Append(StringBuilder text, ReportTable table) =>
        text.Append(table.Caption).Append('\n').AppendJoin(" | ", table.Columns).Append('\n')
            .AppendJoin('\n', table.Rows.Select(row => string.Join(" | ", row)));
}
