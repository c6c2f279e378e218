using Spectre.Console;

namespace Ceteris.Cli;

/// <summary>Tables as all commands have them: a line below the heading, nothing else.</summary>
static class Tables
{
    /// <summary>An empty table; a title that begins with a blank is set to the right.</summary>
    public static Table Of(Screen screen, params ReadOnlySpan<string> titles)
    {
        var table = new Table { Border = screen.HasUnicode ? TableBorder.Simple : TableBorder.Markdown };
        foreach (string title in titles)
        {
            var column = new TableColumn(new Text(title.Trim(), new Style(decoration: Decoration.Bold))) { NoWrap = true };
            table.AddColumn(title.StartsWith(' ') ? column.RightAligned() : column);
        }
        return table;
    }

    /// <summary>Adds a row of plain texts.</summary>
    public static void Row(this Table table, params ReadOnlySpan<string> cells) => table.AddRow(cells.ToArray().Select(cell => new Text(cell)));

    /// <summary>A share in [0, 1] as a bar.</summary>
    public static string Bar(Screen screen, double share, int width)
    {
        int full = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        return new string(screen.Pick("█", "#")[0], full);
    }
}
