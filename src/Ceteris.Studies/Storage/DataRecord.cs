using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>What a run was trained and tested on.</summary>
/// <param name="Name">Such as "mnist".</param>
/// <param name="TrainImages">Images trained on, after taking the subset.</param>
/// <param name="TestImages">Images tested on.</param>
/// <param name="DecodedSha256">Of the decoded images and labels, before any subset: independent of packing.</param>
/// <param name="SubsetSha256">Of the selection of training, validation and test images.</param>
public sealed record DataRecord(string Name, int TrainImages, int TestImages, string DecodedSha256, string SubsetSha256)
{
    /// <summary>
    /// The files that the images were read from, as <c>SET/FILE</c>; information, since the same images may be packed
    /// in several ways.
    /// </summary>
    public IReadOnlyList<DataFile> Files { get; init; } = [];

    internal JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["trainImages"] = TrainImages,
        ["testImages"] = TestImages,
        ["decodedSha256"] = DecodedSha256,
        ["subsetSha256"] = SubsetSha256,
    };

    internal static DataRecord FromJson(JsonFields fields, IEnumerable<JsonFields> files)
    {
        var data = new DataRecord(
            fields.String("name"), fields.Int32("trainImages"), fields.Int32("testImages"),
            fields.Hash("decodedSha256"), fields.Hash("subsetSha256"))
        {
            Files = [.. files.Select(DataFile.FromJson)],
        };
        fields.End();
        return data;
    }
}

/// <summary>A file, by its content.</summary>
public sealed record DataFile(string Name, long Size, string Sha256)
{
    internal JsonObject ToJson() => new() { ["name"] = Name, ["size"] = Size, ["sha256"] = Sha256 };

    internal static DataFile FromJson(JsonFields fields)
    {
        var file = new DataFile(fields.String("name"), fields.Integer("size"), fields.Hash("sha256"));
        fields.End();
        return file;
    }
}
