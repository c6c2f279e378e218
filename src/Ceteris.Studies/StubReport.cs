namespace Ceteris.Studies;
public static class StudyReport
{
    public static IReadOnlyList<(string Name, byte[] Bytes)> Files(StudyAnalysis analysis, Data.ImageSet test) => [("report.html", []), ("report.md", []), ("report.csv", []), ("report.json", [])];
}
