using System.Text;
using System.Text.RegularExpressions;

namespace Ceteris.Studies;

/// <summary>
/// A report as one HTML file that needs nothing else: no script, nothing fetched, light and dark, wide, narrow and
/// printed. It is well-formed XML too.
/// </summary>
static partial class ReportHtml
{
    /// <summary>Widths of a figure in pixels: in a wide and in a narrow window.</summary>
    const double Wide = 840, Narrow = 360;

    public static string Of(ReportDocument report)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        html.Append("<meta http-equiv=\"Content-Security-Policy\" ");
        html.Append("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"/>\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
        html.Append("<meta name=\"color-scheme\" content=\"light dark\"/>\n");
        html.Append($"<title>{Svg.Escape(report.Title)}</title>\n<style>\n{ReportStyle.Sheet()}</style>\n");
        html.Append("</head>\n<body>\n");
        html.Append($"<header>\n<p class=\"over\">Ceteris study · {Svg.Escape(report.Name)}</p>\n");
        html.Append($"<h1>{Svg.Escape(report.Title)}</h1>\n</header>\n<main>\n");
        var glossary = new ReportGlossary();
        foreach (ReportSection section in report.Sections)
        {
            html.Append($"<section id=\"{section.Id}\">\n");
            html.Append($"<h2>{Svg.Escape(section.Title)}</h2>\n");
            foreach (ReportBlock? block in section.Blocks)
                Append(html, block);
            if (section == report.Sections[0])
                html.Append($"<p class=\"facts\">{string.Join(" · ", report.Facts.Select(Svg.Escape))}</p>\n");
            Append(html, glossary.First(PlainText.Of(section, showsFigures: true)));
            html.Append("</section>\n");
        }
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    static void Append(StringBuilder html, IReadOnlyList<(string Term, string Meaning)> words)
    {
        if (words.Count == 0)
            return;
        html.Append("<dl class=\"words\">\n");
        foreach ((string term, string meaning) in words)
            html.Append($"<div><dt>{Svg.Escape(term)}</dt><dd>{Words(meaning)}</dd></div>\n");
        html.Append("</dl>\n");
    }

    static void Append(StringBuilder html, ReportBlock? block)
    {
        switch (block)
        {
            case ReportText paragraph:
                string style = paragraph.Style == "" ? "" : $" class=\"{paragraph.Style}\"";
                html.Append($"<p{style}>{Inline(paragraph.Text)}</p>\n");
                break;
            case ReportList list:
                html.Append("<ul>\n").AppendJoin("", list.Items.Select(item => $"<li>{Inline(item)}</li>\n"))
                    .Append("</ul>\n");
                break;
            case ReportCode code:
                html.Append($"<pre><code>{Lines(code.Text)}</code></pre>\n");
                break;
            case ReportTable table:
                Append(html, table);
                break;
            case ReportFigure figure:
                html.Append($"<figure>\n<div class=\"wide\">\n{figure.Draw(Wide).Inline()}</div>\n");
                html.Append($"<div class=\"narrow\">\n{figure.Draw(Narrow).Inline()}</div>\n");
                html.Append($"<figcaption>{Inline(figure.Caption)}</figcaption>\n</figure>\n");
                break;
            case ReportGallery gallery:
                Append(html, gallery);
                break;
        }
    }

    static void Append(StringBuilder html, ReportTable table)
    {
        // not a caption, which would be as wide as the table and scroll with it
        html.Append($"<p class=\"caption\">{Inline(table.Caption)}</p>\n<div class=\"scroll\" tabindex=\"0\">\n");
        html.Append($"<table aria-label=\"{Svg.Escape(table.Caption)}\">\n<thead><tr>");
        for (int i = 0; i < table.Columns.Count; i++)
            html.Append($"<th scope=\"col\"{Left(table, i)}>{Cell(table.Columns[i].TrimEnd())}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            html.Append("<tr>");
            for (int i = 0; i < row.Count; i++)
            {
                string colour = ReportStyle.ClassOf(row[i]) is { } name ? $"<b class=\"{name}\">{Inline(row[i])}</b>"
                    : Cell(row[i]);
                html.Append(i == 0 ? $"<th scope=\"row\"{Left(table, i)}>{colour}</th>"
                    : $"<td{Left(table, i)}>{colour}</td>");
            }
            html.Append("</tr>\n");
        }
        html.Append("</tbody>\n</table>\n</div>\n");
    }

    /// <summary>A cell, its second line smaller.</summary>
    static string Cell(string text) => text.Split('\n', 2) is [var first, var second]
        ? $"{Inline(first)}<br/><small>{Inline(second)}</small>" : Inline(text);

    static string Left(ReportTable table, int column) => table.IsText(column) ? " class=\"text\"" : "";

    static void Append(StringBuilder html, ReportGallery gallery)
    {
        html.Append($"<figure class=\"gallery\">\n<figcaption>{Inline(gallery.Caption)}</figcaption>\n<div>\n");
        foreach (ReportPicture item in gallery.Items)
        {
            string name = Svg.Escape(item.Name);
            html.Append("<figure>");
            if (item.Png is { } png)
                html.Append($"<img alt=\"{name}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"/>");
            html.Append($"<figcaption><b>{name}</b>")
                .AppendJoin("", item.Lines.Select(line => $"<br/>{Svg.Escape(line)}"))
                .Append("</figcaption></figure>\n");
        }
        html.Append("</div>\n</figure>\n");
    }

    static string Inline(string text) => string.Concat(PlainText.Runs(text).Select(run =>
        run.IsCode ? $"<code>{Svg.Escape(run.Text)}</code>" : Words(run.Text)));

    /// <summary>Lines break before a number, not between it and its unit or inside "95 % interval".</summary>
    static string Words(string text) => Svg.Escape(Units().Replace(text, "\u00a0"));

    [GeneratedRegex(@"(?<=\d) (?=(points?|nats|seeds?|images|steps|epochs?)\b|%|×)|(?<=\d %) (?=interval)|(?<=±) | (?=±)")]
    private static partial Regex Units();

    static string Lines(string text) => string.Join('\n', text.Split('\n').Select(Svg.Escape));
}
