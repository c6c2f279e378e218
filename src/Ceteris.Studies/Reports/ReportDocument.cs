namespace Ceteris.Studies;

/// <summary>A report before it has a form: what HTML and Markdown are made of.</summary>
/// <param name="Name">Of the study.</param>
/// <param name="Title">The question.</param>
/// <param name="Facts">A line of facts below the title.</param>
/// <param name="Sections">In their order.</param>
sealed record ReportDocument(
    string Name, string Title, IReadOnlyList<string> Facts, IReadOnlyList<ReportSection> Sections);

/// <summary>A part of a report. One without blocks is left out.</summary>
/// <param name="Id">Its address in the page.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Blocks">In their order; null ones are left out.</param>
sealed record ReportSection(string Id, string Title, params IReadOnlyList<ReportBlock?> Blocks);

/// <summary>Something in a section. Texts may have code in <c>`backticks`</c>.</summary>
abstract record ReportBlock;

/// <summary>A paragraph.</summary>
/// <param name="Text">Of it.</param>
/// <param name="Style">Of its look: <c>lead</c>, <c>note</c>.</param>
sealed record ReportText(string Text, string Style = "") : ReportBlock;

/// <summary>A list of texts.</summary>
sealed record ReportList(IReadOnlyList<string> Items) : ReportBlock;

/// <summary>Something to be typed or read letter by letter.</summary>
sealed record ReportCode(string Text) : ReportBlock;

/// <summary>A table.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">Headings; those that end in a blank are of text, set to the left.</param>
/// <param name="Rows">As many cells as columns in each. A cell may have a second line; a verdict has its
/// colour.</param>
sealed record ReportTable(
    string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : ReportBlock
{
    /// <summary>Whether a column holds text rather than numbers.</summary>
    public bool IsText(int column) => Columns[column].EndsWith(' ');
}

/// <summary>A figure, drawn for a wide and for a narrow place.</summary>
/// <param name="Caption">What to see in it.</param>
/// <param name="Draw">Draws it that many pixels wide.</param>
/// <param name="Data">Its numbers, for where a figure cannot be shown.</param>
sealed record ReportFigure(
    string Caption, Func<double, Svg> Draw, params IReadOnlyList<ReportTable> Data) : ReportBlock;

/// <summary>Pictures in a row.</summary>
/// <param name="Caption">What they have in common.</param>
/// <param name="Items">The pictures.</param>
sealed record ReportGallery(string Caption, IReadOnlyList<ReportPicture> Items) : ReportBlock;

/// <summary>A picture with words.</summary>
/// <param name="Png">Its file; null where pictures are not at hand.</param>
/// <param name="Name">What it is.</param>
/// <param name="Lines">What is said of it.</param>
sealed record ReportPicture(byte[]? Png, string Name, IReadOnlyList<string> Lines);
