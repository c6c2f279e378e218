using System.Globalization;
using System.Text.Json.Nodes;

using Ceteris.Data;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// All that defines a run: a value for every key of <see cref="RecipeKeys"/> that means something in it. A value
/// itself: immutable, and equal to another if and only if their canonical JSON, hence their hashes, are equal. Defaults
/// are those of article 1 (BASE on the first 10,000 images, SGD 0.01 with momentum 0.5, batch 64, 20 epochs) and depend
/// on what is chosen: <c>network=mlp</c> has a sigmoid, <c>optimizer=adam</c> a learning rate of 0.001.
/// </summary>
public sealed class Recipe : IEquatable<Recipe>
{
    readonly Dictionary<string, string> values, given;

    Recipe(Dictionary<string, string> values, Dictionary<string, string> given) =>
        (this.values, this.given) = (values, given);

    /// <summary>Article 1's BASE.</summary>
    public static Recipe Default { get; } = Of();

    /// <summary>
    /// A recipe with these keys, in any order, and the defaults for the others. The network may be spelled with its
    /// options: <c>network=sk-0.2-sigmoid</c> (<see cref="Zoo.Parse"/>).
    /// </summary>
    /// <exception cref="RecipeException">Unknown key, wrong type, a key twice, or one that means nothing with the
    /// others.</exception>
    public static Recipe Of(params IEnumerable<(string Key, string Value)> settings)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in settings.SelectMany(Spelled))
        {
            if (!given.TryAdd(RecipeKeys.Find(name).Name, value))
                throw new RecipeException(name, "expected each key once, got it twice");
        }
        return Build(given);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote. Keys that are missing get their defaults.</summary>
    /// <exception cref="RecipeException">As <see cref="Of"/>.</exception>
    public static Recipe FromJson(JsonObject json)
    {
        var settings = new List<(string, string)>();
        foreach ((string name, JsonNode? node) in json)
        {
            RecipeKey key = RecipeKeys.Find(name);
            settings.Add((name, key.Type.FromJson(node)
                ?? throw new RecipeException(name,
                    $"expected {key.Type.Expected}, got {node?.ToJsonString() ?? "null"}")));
        }
        return Of(settings);
    }

    /// <summary>This recipe with some keys changed; defaults that depend on them follow.</summary>
    /// <exception cref="RecipeException">As <see cref="Of"/>.</exception>
    public Recipe With(params IEnumerable<(string Key, string Value)> settings)
    {
        var changed = new Dictionary<string, string>(given, StringComparer.Ordinal);
        foreach ((string name, string value) in settings.SelectMany(Spelled))
            changed[RecipeKeys.Find(name).Name] = value;
        return Build(changed);
    }

    /// <summary>
    /// Settings as recipes have them, of any recipe: a network without its options, which follow it, and values in
    /// canonical text.
    /// </summary>
    /// <exception cref="RecipeException">Unknown key or wrong type.</exception>
    public static IReadOnlyList<(string Key, string Value)> Canonical(
        IEnumerable<(string Key, string Value)> settings)
    {
        var canonical = new List<(string, string)>();
        foreach ((string name, string value) in settings.SelectMany(Spelled))
        {
            RecipeKey key = RecipeKeys.Find(name);
            canonical.Add((key.Name, key.Read(value)));
        }
        return canonical;
    }

    /// <summary>The canonical text of a key; null for one that means nothing in this recipe.</summary>
    public string? this[string key] => values.GetValueOrDefault(key);

    /// <summary>
    /// The keys that mean something here with their values, in the order of <see cref="RecipeKeys.All"/>.
    /// </summary>
    public IEnumerable<(RecipeKey Key, string Value)> Settings =>
        RecipeKeys.All.Where(key => values.ContainsKey(key.Name)).Select(key => (key, values[key.Name]));

    public string Network => values["network"];

    public DataSpec Data => DataSpec.Parse(values["data"]);

    /// <summary>The data set whose test images are used.</summary>
    public string TestData => values["test-data"];

    /// <summary>Null if no images are put aside.</summary>
    public ValidationSplit? Validation =>
        values["validation"] is "none" ? null : ValidationSplit.Parse(values["validation"]);

    public Preprocessing Preprocessing => Preprocessing.Parse(values["preprocess"]) with
    {
        Permutation = values["permute"] is "none" ? null
            : ulong.Parse(values["permute"], CultureInfo.InvariantCulture),
    };

    /// <summary>Images in a batch; null for all of them.</summary>
    public int? Batch => values["batch"] is "full" ? null : Whole("batch");

    public int Epochs => Whole("epochs");

    /// <summary>Epochs between two evaluations, rows of metrics and records; the last epoch always has one.</summary>
    public int ReportEvery => Whole("report-every");

    public double LearningRate => Number("lr");

    public ulong Seed => ulong.Parse(values["seed"], CultureInfo.InvariantCulture);

    /// <summary>A key of type whole number that applies.</summary>
    public int Whole(string key) => int.Parse(values[key], CultureInfo.InvariantCulture);

    /// <summary>A key of type number that applies.</summary>
    public double Number(string key) => double.Parse(values[key], CultureInfo.InvariantCulture);

    /// <summary>A key of type true or false that applies.</summary>
    public bool Flag(string key) => values[key] == "true";

    /// <summary>All defaults expanded; see <see cref="CanonicalJson"/> for its text.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach ((RecipeKey key, string value) in Settings)
            json[key.Name] = key.Type.ToJson(value);
        return json;
    }

    /// <summary>SHA-256 of the canonical JSON.</summary>
    public string Sha256 => CanonicalJson.Sha256(ToJson());

    public bool Equals(Recipe? other) =>
        other is not null && values.Count == other.values.Count && values.All(pair => other[pair.Key] == pair.Value);

    public override bool Equals(object? obj) => Equals(obj as Recipe);

    public override int GetHashCode() => values.Count;

    /// <summary>The command that trains this recipe.</summary>
    public string Command => string.Join(' ', [
        $"ceteris train {Network}", .. Settings.Where(s => s.Key.Name != "network" && s.Value != s.Key.Default(this))
            .Select(s => s.Key.Option is { } option ? $"--{option} {s.Value}" : $"--set {s.Key.Name}={s.Value}")]);

    /// <summary>
    /// The keys whose values are not their defaults, enough to make this recipe again: <c>network=sk epochs=5</c>.
    /// </summary>
    public override string ToString() => string.Join(' ', Settings
        .Where(setting => setting.Value != setting.Key.Default(this))
        .Select(setting => $"{setting.Key.Name}={setting.Value}"));

    /// <summary>A spelled network as its name and its options; any other setting as it is.</summary>
    static IEnumerable<(string Key, string Value)> Spelled((string Key, string Value) setting)
    {
        if (setting.Key != "network")
            return [setting];
        try
        {
            (NetworkEntry network, IReadOnlyDictionary<string, string> options) = Zoo.Parse(setting.Value);
            return [("network", network.Name), .. options.Select(option => ($"network.{option.Key}", option.Value))];
        }
        catch (SettingException e)
        {
            throw new RecipeException("network", e.Message);
        }
    }

    static Recipe Build(Dictionary<string, string> given)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RecipeKey key in RecipeKeys.All)
        {
            var soFar = new Recipe(values, given);
            if (key.When.Holds(soFar))
                values[key.Name] = given.TryGetValue(key.Name, out string? text) ? key.Read(text) : key.Default(soFar);
            else if (given.ContainsKey(key.Name))
                throw new RecipeException(key.Name, $"has a meaning only {key.When.Text}");
        }
        if (values.GetValueOrDefault("optimizer.nesterov") == "true" && values["optimizer.momentum"] == "0")
            throw new RecipeException("optimizer.nesterov", "expected a momentum above 0 to look ahead with, got '0'");
        return new(values, given);
    }
}
