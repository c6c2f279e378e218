namespace Ceteris.Cli;

/// <summary>A table: columns as wide as they need to be, a line below the heading, nothing else.</summary>
/// <param name="screen">Where it goes.</param>
/// <param name="titles">One for each column; a column whose title begins with a blank is set to the right.</param>
sealed class TextTable(Screen screen, params string[] titles)
{
    const string Indent = "  ", Gap = "  ";

    readonly List<string[]> rows = [];

    /// <summary>Adds a row; cells may be styled, those at the end may be missing.</summary>
    public void Row(params string[] cells) => rows.Add([.. cells.Select(screen.Clean)]);

    public void Write()
    {
        string[] heading = [.. titles.Select(title => title.Trim())];
        int[] widths = [.. heading.Select(
            (title, i) => rows.Append(heading).Max(row => i < row.Length ? LiveRegion.VisibleLength(row[i]) : 0))];
        screen.Line(screen.Dim(Text(heading, widths)));
        screen.Line(
            screen.Dim(Indent + new string(screen.Pick("─", "-")[0], widths.Sum() + Gap.Length * (widths.Length - 1))));
        foreach (string[] row in rows)
            screen.Line(Text(row, widths));
    }

    string Text(string[] row, int[] widths) => (Indent + string.Join(Gap, row.Select((cell, i) =>
    {
        string room = new(' ', widths[i] - LiveRegion.VisibleLength(cell));
        return titles[i].StartsWith(' ') ? room + cell : cell + room;
    }))).TrimEnd();
}
