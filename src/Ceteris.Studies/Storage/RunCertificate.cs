using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>
/// What a run claims, so that anyone can check it: run.json, canonical JSON (<see cref="CanonicalJson"/>) with five
/// members.
/// <c>identity</c> holds all that the promise of equal bits covers: recipe, content of the data, numerics version,
/// every epoch,
/// results, status. <c>identitySha256</c> is the hash of its canonical text. <c>information</c>, with its hash
/// <c>informationSha256</c>, is about
/// the circumstances — files, versions, machine, times, interruptions, what was looked at — which change no bit. <c>format</c> is 1.
/// </summary>
public sealed record RunCertificate
{
    public const string FileName = "run.json";
    public const int Format = 1;

    /// <summary>The recipe with all defaults expanded.</summary>
    public required JsonObject Recipe { get; init; }

    public required DataRecord Data { get; init; }

    /// <summary>Trainable numbers of the network.</summary>
    public long Parameters { get; init; }

    /// <summary>Changes if and only if a golden hash of the engine changes.</summary>
    public required int NumericsVersion { get; init; }

    /// <summary>The recorded epochs, as far as the run came.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>Present if and only if the run is completed.</summary>
    public RunResult? Result { get; init; }

    public required EngineRecord Engine { get; init; }

    public required RunEnvironment Environment { get; init; }

    /// <summary>The files of the run folder that were written before this one, so that a later change of them is
    /// noticed.</summary>
    public IReadOnlyList<DataFile> Outputs { get; init; } = [];

    /// <summary>What went on in the layers of a completed run, if that was asked for.</summary>
    public IReadOnlyList<LayerRecord> Layers { get; init; } = [];

    /// <summary>Whether the weights were kept.</summary>
    public bool HasWeights => Outputs.Any(file => file.Name == RunOutputs.WeightsFile);

    /// <summary>SHA-256 of the recipe's canonical text.</summary>
    public string RecipeSha256 => CanonicalJson.Sha256(Recipe);

    /// <inheritdoc cref="RunIdOf"/>
    public string RunId => RunIdOf(Recipe, Data, NumericsVersion);

    /// <summary>SHA-256 of the canonical text of <c>identity</c>: equal for every honest repetition.</summary>
    public string IdentitySha256 => CanonicalJson.Sha256(Identity());

    /// <summary>
    /// What makes a run: the SHA-256 of the canonical JSON of the recipe's hash, the hashes of the decoded data and of
    /// the subset, and the numerics version. Two runs with one id have, in the end, the same bits.
    /// </summary>
    public static string RunIdOf(JsonObject recipe, DataRecord data, int numericsVersion) =>
        CanonicalJson.Sha256(new JsonObject
        {
            ["recipeSha256"] = CanonicalJson.Sha256(recipe),
            ["decodedSha256"] = data.DecodedSha256,
            ["subsetSha256"] = data.SubsetSha256,
            ["numericsVersion"] = numericsVersion,
        });

    /// <summary>The bytes of run.json; what <see cref="Parse"/> would refuse is not written.</summary>
    /// <exception cref="ArgumentException">The parts contradict each other, or a value is out of range.</exception>
    public byte[] ToBytes()
    {
        byte[] bytes = CanonicalJson.Bytes(new JsonObject
        {
            ["format"] = Format,
            ["identity"] = Identity(),
            ["identitySha256"] = IdentitySha256,
            ["information"] = Information(),
            ["informationSha256"] = CanonicalJson.Sha256(Information()),
        });
        try
        {
            Parse(bytes, FileName);
        }
        catch (InvalidDataException e)
        {
            throw new ArgumentException($"expected a consistent certificate: {e.Message}", e);
        }
        return bytes;
    }

    /// <summary>Reads run.json and checks every hash that can be computed from it (level L0 of verification).</summary>
    /// <exception cref="InvalidDataException">What was expected, what came, and where.</exception>
    public static RunCertificate Parse(ReadOnlySpan<byte> utf8, string source)
    {
        var root = JsonFields.Of(CanonicalJson.Parse(utf8, source), source);
        if (root.Int32("format") != Format)
            throw root.Wrong("format", $"{Format}");
        JsonFields identity = root.Object("identity"), information = root.Object("information");
        var certificate = new RunCertificate
        {
            Recipe = (JsonObject)identity.RawObject("recipe").DeepClone(),
            Data = DataRecord.FromJson(identity.Object("data"), information.Objects("files")),
            NumericsVersion = identity.Int32("numericsVersion"),
            Parameters = identity.Integer("parameters"),
            Epochs = [.. identity.Objects("epochs").Select(EpochRecord.FromJson)],
            Status = RunStatus.FromJson(identity.Object("status")),
            Result = identity.Has("result") ? RunResult.FromJson(identity.Object("result")) : null,
            Engine = EngineRecord.FromJson(information.Object("engine")),
            Environment = RunEnvironment.FromJson(information.Object("environment")),
            Outputs = [.. information.Objects("outputs").Select(DataFile.FromJson)],
            Layers = information.Has("layers") ? [.. information.Objects("layers").Select(LayerRecord.FromJson)] : [],
        };
        Expect(identity, "recipeSha256", certificate.RecipeSha256);
        Expect(identity, "runId", certificate.RunId);
        Expect(root, "identitySha256", certificate.IdentitySha256);
        Expect(root, "informationSha256", CanonicalJson.Sha256(certificate.Information()));
        identity.End();
        information.End();
        root.End();
        if (certificate.Contradiction() is { } contradiction)
            throw new InvalidDataException($"{source}: {contradiction}");
        return certificate;
    }

    static void Expect(JsonFields fields, string key, string computed)
    {
        if (fields.Hash(key) != computed)
            throw fields.Wrong(key, computed);
    }

    JsonObject Identity()
    {
        var identity = new JsonObject
        {
            ["recipe"] = Recipe.DeepClone(),
            ["recipeSha256"] = RecipeSha256,
            ["runId"] = RunId,
            ["data"] = Data.ToJson(),
            ["numericsVersion"] = NumericsVersion,
            ["parameters"] = Parameters,
            ["epochs"] = new JsonArray([.. Epochs.Select(epoch => epoch.ToJson())]),
            ["status"] = Status.ToJson(),
        };
        if (Result is not null)
            identity["result"] = Result.ToJson();
        return identity;
    }

    JsonObject Information()
    {
        var information = new JsonObject
        {
            ["engine"] = Engine.ToJson(),
            ["environment"] = Environment.ToJson(),
            ["files"] = new JsonArray([.. Data.Files.Select(file => file.ToJson())]),
            ["outputs"] = new JsonArray([.. Outputs.Select(file => file.ToJson())]),
        };
        if (Layers.Count > 0)
            information["layers"] = new JsonArray([.. Layers.Select(layer => layer.ToJson())]);
        return information;
    }

    string? Contradiction()
    {
        string chain = EpochRecord.ChainStart(RunId);
        (int number, long step) = (0, 0);
        foreach (EpochRecord epoch in Epochs)
        {
            if (epoch.Epoch <= number || epoch.Step < step)
            {
                return $"expected an epoch after {number} from step {step} on, "
                    + $"got epoch {epoch.Epoch} at step {epoch.Step}";
            }
            chain = epoch.ChainAfter(chain);
            if (epoch.ChainSha256 != chain)
                return $"epoch {epoch.Epoch}: expected the chained hash {chain}, got {epoch.ChainSha256}";
            (number, step) = (epoch.Epoch, epoch.Step);
        }
        if (Status.Step < step)
            return $"expected a status at step {step} or later, got step {Status.Step}";
        if (Status.State == RunState.Completed != Result is not null)
            return $"expected a result if and only if the run is completed, got status {Status.State}";
        return Result?.Contradiction();
    }
}
