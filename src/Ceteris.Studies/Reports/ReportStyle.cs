namespace Ceteris.Studies;

/// <summary>The look of a report: that of its figures, and of the page around them.</summary>
static class ReportStyle
{
    /// <summary>Words of verdicts and the series of <see cref="PlotStyle"/> that has their colour.</summary>
    static readonly (string Word, int Series)[] words =
    [
        ("better", 0), ("worse", 1), ("equivalent", 2), ("real but negligible", 2), ("undecided", 5),
        ("too few seeds", 5), ("points only", 5), ("no pairs", 5),
    ];

    /// <summary>The colour of a verdict.</summary>
    public static int SeriesOf(string word) => words.FirstOrDefault(w => w.Word == word, words[^1]).Series;

    /// <summary>The class of a cell that is a verdict; null of any other.</summary>
    public static string? ClassOf(string text) =>
        words.Any(w => w.Word == text) ? $"v{SeriesOf(text)}"
            : text.EndsWith(" !", StringComparison.Ordinal) ? "v1" : null;

    public static string Sheet() => PlotStyle.Sheet() + Page
        + string.Concat(PlotStyle.Series.Select((s, i) => $".v{i}{{color:{s.Light}}}\n"))
        + "@media screen and (prefers-color-scheme:dark){\n"
        + string.Concat(PlotStyle.Series.Select((s, i) => $".v{i}{{color:{s.Dark}}}\n")) + "}\n";

    const string Page =
        """
        :root{--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d9dee3;--tint:#f5f7f9;--accent:#0072b2;
        --shade:#aab3bb}
        @media screen and (prefers-color-scheme:dark){
        :root{--paper:#0f141a;--ink:#e6edf3;--soft:#9aa4af;--line:#2b333d;--tint:#161c24;--accent:#56b4e9;
        --shade:#59626c}}
        *{box-sizing:border-box}
        html{background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
        body{font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;margin:0 auto;
        max-width:960px;padding:40px 40px 80px;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
        h1{font-size:32px;line-height:1.2;margin:4px 0 0;letter-spacing:-.01em;text-wrap:balance}
        h2{font-size:20px;line-height:1.3;margin:0 0 12px}
        p{margin:0 0 12px;max-width:70ch}
        ul{margin:0 0 12px;padding-left:20px;max-width:72ch}
        li{margin-bottom:6px}
        section{margin-top:44px}
        header+main>section:first-child{margin-top:24px}
        .over{color:var(--soft);font-size:13px;letter-spacing:.04em;margin:0}
        .lead{font-size:19px;line-height:1.5;border-left:4px solid var(--accent);padding:2px 0 2px 18px;margin:0 0 14px}
        .rest{font-size:17px;margin-bottom:16px}
        .note{color:var(--soft);font-size:14px}
        .facts{color:var(--soft);font-size:13.5px;border-top:1px solid var(--line);padding-top:10px;max-width:none}
        .words{font-size:13.5px;color:var(--soft);margin:16px 0 0;padding:10px 14px;background:var(--tint);
        border-radius:6px;columns:2;column-gap:28px}
        .words div{break-inside:avoid;margin-bottom:6px}
        .words dt{display:inline;font-weight:600;color:var(--ink)}
        .words dt::after{content:' — '}
        .words dd{display:inline;margin:0}
        figure{margin:0 0 18px}
        figcaption,.caption{color:var(--soft);font-size:14px;line-height:1.45;text-align:left}
        figcaption{margin-top:8px;max-width:75ch}
        .caption{margin:0 0 6px;max-width:75ch;break-after:avoid}
        .ct-figure{display:block;width:100%;height:auto}
        .narrow{display:none}
        .scroll{overflow-x:auto;margin:0 0 18px;background:
        linear-gradient(90deg,var(--paper) 40%,transparent) 0/48px 100% no-repeat local,
        linear-gradient(-90deg,var(--paper) 40%,transparent) 100%/48px 100% no-repeat local,
        linear-gradient(90deg,var(--shade),transparent) 0/12px 100% no-repeat scroll,
        linear-gradient(-90deg,var(--shade),transparent) 100%/12px 100% no-repeat scroll}
        table{border-collapse:collapse;font-size:13.5px;line-height:1.35;min-width:100%}
        th,td{text-align:right;padding:6px 0 6px 14px;border-bottom:1px solid var(--line);vertical-align:top;
        white-space:nowrap}
        th:first-child,td:first-child{padding-left:0}
        th.text,td.text{text-align:left}
        th:first-child,td.text{white-space:normal;min-width:7em}
        td.text:last-child{min-width:13em}
        thead th{color:var(--soft);font-weight:600;vertical-align:bottom;white-space:normal;
        border-bottom-color:var(--soft)}
        tbody th{font-weight:400}
        td small,th small{color:var(--soft);font-size:.89em;font-weight:400}
        code{font:.9em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--tint);padding:1px 4px;
        border-radius:3px}
        pre{background:var(--tint);padding:10px 14px;border-radius:6px;overflow-x:auto;margin:0 0 14px}
        p code{white-space:nowrap}
        pre code{padding:0;background:none}
        .gallery>div{display:grid;grid-template-columns:repeat(auto-fill,minmax(112px,1fr));gap:14px;margin-top:10px}
        .gallery figure{margin:0}
        .gallery img{width:84px;height:84px;object-fit:contain;image-rendering:pixelated;border:1px solid var(--line);
        border-radius:3px;background:#000}
        .gallery figure figcaption{font-size:12px;line-height:1.35;margin-top:4px}
        .gallery figure b{color:var(--ink)}
        @media screen and (max-width:640px){
        body{padding:20px 16px 48px;font-size:15.5px}
        h1{font-size:25px}
        .lead{font-size:17px;padding-left:12px}
        .words{columns:1}
        p code{white-space:normal}
        .wide{display:none}
        .narrow{display:block}}
        @media print{
        @page{margin:13mm 14mm}
        body{max-width:none;padding:0;font-size:9.5pt;line-height:1.4}
        h1{font-size:19pt}
        h2{font-size:13pt;margin-bottom:5pt}
        h2,figcaption:first-child,thead{break-after:avoid}
        figure,tr,li,pre,.words div{break-inside:avoid}
        tbody tr:nth-child(-n+2){break-after:avoid}
        tbody tr:nth-last-child(-n+2),.words{break-before:avoid}
        p,ul,figcaption,.caption{max-width:none;orphans:3;widows:3}
        p,ul{margin-bottom:5pt}
        li{margin-bottom:2pt}
        section{margin-top:15pt}
        .lead{font-size:11.5pt;line-height:1.35;margin-bottom:7pt}
        .rest{font-size:10pt;margin-bottom:6pt}
        .note,.facts,.words,figcaption,.caption{font-size:8.5pt;line-height:1.35}
        .words{margin-top:7pt;padding:5pt 8pt}
        .words div{margin-bottom:3pt}
        figure,.scroll{margin-bottom:9pt}
        .ct-figure{width:82%;max-height:78mm}
        figcaption{margin-top:3pt}
        .scroll{overflow:visible;background:none}
        table{font-size:7.5pt;line-height:1.25}
        th,td{padding:2pt 0 2pt 8pt}
        .gallery>div{grid-template-columns:repeat(6,1fr);gap:5pt;margin-top:4pt}
        .gallery img{width:40pt;height:40pt}
        .gallery figure figcaption{font-size:6.5pt;margin-top:2pt}
        pre{white-space:pre-wrap}}

        """;
}
