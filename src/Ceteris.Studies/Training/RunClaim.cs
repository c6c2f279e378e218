using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>recipe.json: which run a folder is for, written before the first step.</summary>
/// <param name="Recipe">With all defaults expanded.</param>
/// <param name="Data">What it is trained on; null in a claim of an earlier version.</param>
/// <param name="RunId">See <see cref="RunCertificate.RunIdOf"/>.</param>
/// <param name="NumericsVersion">Of the engine that began it.</param>
sealed record RunClaim(Recipe Recipe, DataRecord? Data, string RunId, int NumericsVersion)
{
    public static RunClaim Of(TrainingJob job) =>
        new(job.Recipe, job.Data.Record, job.RunId, Studies.NumericsVersion.Current);

    public byte[] ToBytes() => CanonicalJson.Bytes(new JsonObject
    {
        ["recipe"] = Recipe.ToJson(),
        ["data"] = Data?.ToJson(),
        ["runId"] = RunId,
        ["numericsVersion"] = NumericsVersion,
    });

    /// <exception cref="InvalidDataException">What was expected, what came, and where; also if the id is not that of
    /// recipe, data and version.</exception>
    public static RunClaim Parse(ReadOnlySpan<byte> utf8, string source)
    {
        var fields = JsonFields.Of(CanonicalJson.Parse(utf8, source), source);
        JsonObject recipe = fields.RawObject("recipe");
        DataRecord? data = fields.Has("data") ? DataRecord.FromJson(fields.Object("data"), []) : null;
        (string id, int version) = (fields.Hash("runId"), fields.Int32("numericsVersion"));
        fields.End();
        if (data is not null && RunCertificate.RunIdOf(recipe, data, version) is var computed && computed != id)
        {
            throw new InvalidDataException($"{source}: expected the run id of what it says, {computed}, got {id}: "
                + "it was damaged or edited");
        }
        try
        {
            return new(Recipe.FromJson(recipe), data, id, version);
        }
        catch (RecipeException e)
        {
            throw new InvalidDataException($"{source}: {e.Message}", e);
        }
    }

    /// <summary>Why this is not the other run; null if it is.</summary>
    public string? DifferenceFrom(RunClaim wanted)
    {
        if (RunId == wanted.RunId)
            return null;
        if (NumericsVersion != wanted.NumericsVersion)
            return $"the run in it is of numerics version {NumericsVersion}, this program has {wanted.NumericsVersion}";
        string keys = string.Join(", ", RecipeKeys.All
            .Where(key => Recipe[key.Name] != wanted.Recipe[key.Name])
            .Select(key => $"{key.Name} is {ValueOf(key)} there and {wanted.ValueOf(key)} here"));
        return keys.Length == 0
            ? "the run in it has the same recipe, but other images" : $"another run is in it: {keys}";
    }

    string ValueOf(RecipeKey key) => Recipe[key.Name] ?? "not set";
}
