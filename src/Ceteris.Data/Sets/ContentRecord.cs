using System.Text;

namespace Ceteris.Data;

/// <summary>
/// The decoded content of a fetched set, recorded beside its files in <c>content.sha256</c>, in the form of sha256sum:
/// later changes are noticed whatever the check sums of the compressed files were.
/// </summary>
static class ContentRecord
{
    const string FileName = "content.sha256";
    const int MaxLength = 4096;

    public static void Write(string folder, ImageSplits splits) => AtomicFile.Write(
        Path.Combine(folder, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(Format(splits))));

    /// <summary>Throws if there is a record and the content is another.</summary>
    public static void Verify(string folder, ImageSplits splits)
    {
        string path = Path.Combine(folder, FileName);
        var file = new FileInfo(path);
        if (!file.Exists)
            return;
        string recorded = file.Length <= MaxLength ? File.ReadAllText(path) : "";
        if (recorded != Format(splits))
        {
            throw new DataException(
                $"the images are not those recorded when they were fetched, but\n{Format(splits).TrimEnd()}", path);
        }
    }

    static string Format(ImageSplits splits) => $"{splits.Train.Sha256}  train\n{splits.Test.Sha256}  test\n";
}
