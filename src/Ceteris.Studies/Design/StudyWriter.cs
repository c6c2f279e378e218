using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using Ceteris.Statistics;

namespace Ceteris.Studies;

/// <summary>
/// Writes a study as JSON that <see cref="StudyReader"/> reads; the same study gives the same text. Keys keep their
/// order, which is that of factors and levels.
/// </summary>
public static class StudyWriter
{
    /// <summary>How JSON about studies is laid out.</summary>
    internal static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The words of a claim, and what joins them to another arm.</summary>
    internal static IReadOnlyList<(VerdictKind Kind, string Word, string Link)> Claims { get; } =
    [
        (VerdictKind.Better, "better", "than"), (VerdictKind.Worse, "worse", "than"),
        (VerdictKind.Equivalent, "equivalent", "to"),
    ];

    public static string Text(Study study) => ToJson(study).ToJsonString(Json) + "\n";

    public static JsonObject ToJson(Study study)
    {
        var json = new JsonObject
        {
            ["study"] = study.Name,
            ["question"] = study.Question,
            ["baseline"] = Settings(study.Baseline, ("name", study.BaselineName)),
            ["blocks"] = Seeds(study.Seeds),
            ["metric"] = study.Metric.Name,
        };
        if (study.About.Length > 0)
            json["about"] = study.About;
        if (study.Factors.Count > 0)
            json["factors"] = Factors(study.Factors);
        if (study.DrawsSubset)
            json["draws"] = new JsonArray("seed", "subset");
        if (study.Margin is { } margin)
            json["margin"] = margin;
        else if (study.SuggestsMargin)
            json["margin"] = "suggested";
        if (study.Looks.Count > 0)
            json["looks"] = Numbers(study.Looks);
        if (study.Seen.Count > 0)
            json["seen"] = Numbers(study.Seen);
        if (study.Chosen is { } chosen)
            json["chosen"] = Stage(chosen);
        if (study.Confirmed is { } confirmed)
            json["confirmed"] = Stage(confirmed);
        if (study.Varies.Count > 0)
            json["varies"] = Texts(study.Varies);
        if (study.Reference is { } reference)
            json["reference"] = Reference(reference);
        if (study.ProbesLayers)
            json["layers"] = true;
        if (study.Quick is { } quick)
            json["quick"] = Form(quick);
        if (study.Full is { } full)
            json["full"] = Form(full);
        return json;
    }

    static JsonObject Stage(StudyStage stage) => new()
    {
        ["study"] = stage.Study,
        ["arm"] = stage.Arm,
        ["result"] = stage.Result,
    };

    static JsonObject Factors(IReadOnlyList<StudyFactor> factors)
    {
        var json = new JsonObject();
        foreach (StudyFactor factor in factors)
        {
            var one = new JsonObject();
            if (factor.Key is { } key)
            {
                one["key"] = key;
                one["values"] = Texts([.. factor.Levels.Select(level => level.Settings[0].Value)]);
            }
            else
            {
                var levels = new JsonObject();
                foreach (StudyLevel level in factor.Levels)
                    levels[level.Name] = Settings(level.Settings);
                one["levels"] = levels;
            }
            if (factor.Baseline != 0)
                one["baseline"] = factor.Levels[factor.Baseline].Name;
            if (factor.IsOrdered)
                one["ordered"] = true;
            json[factor.Name] = one;
        }
        return json;
    }

    static JsonObject Reference(StudyReference reference)
    {
        var json = new JsonObject { ["source"] = reference.Source };
        if (reference.Values.Count > 0)
        {
            json["values"] = new JsonObject([.. reference.Values.Select(p => KeyValuePair.Create(
                p.Key, Value(p.Value)))]);
        }
        if (reference.Claims.Count > 0)
        {
            json["claims"] = new JsonObject([.. reference.Claims.Select(p => KeyValuePair.Create(
                p.Key, (JsonNode?)Text(p.Value)))]);
        }
        if (reference.Why is { } why)
            json["why"] = why;
        if (reference.Data is { } data)
            json["data"] = data;
        if (reference.Metric is { } metric)
            json["of"] = metric.Name;
        return json;
    }

    static JsonNode? Value(ReferenceValue value) => value.Runs.Count == 1 ? JsonValue.Create(value.Runs[0])
        : new JsonArray([.. value.Runs.Select(run => (JsonNode?)JsonValue.Create(run))]);

    static string Text(StudyClaim claim)
    {
        (_, string word, string link) = Claims.First(words => words.Kind == claim.Kind);
        return claim.Than is null ? word : $"{word} {link} {claim.Than}";
    }

    static JsonObject Form(StudyForm form)
    {
        var json = new JsonObject();
        if (form.Baseline.Count > 0)
            json["baseline"] = Settings(form.Baseline);
        if (form.Factors is { } factors)
            json["factors"] = Factors(factors);
        if (form.Seeds is { } seeds)
            json["blocks"] = Seeds(seeds);
        return json;
    }

    static JsonObject Settings(IReadOnlyList<(string Key, string Value)> settings, params (string, string)[] before)
    {
        var json = new JsonObject();
        foreach ((string key, string value) in before.Concat(settings))
            json[key] = value;
        return json;
    }

    /// <summary>A number for 0, 1, 2, …, else the seeds.</summary>
    static JsonNode Seeds(IReadOnlyList<long> seeds) => seeds.SequenceEqual(Study.FirstSeeds(seeds.Count))
        ? JsonValue.Create(seeds.Count)
        : Texts([.. seeds.Select(seed => seed.ToString(CultureInfo.InvariantCulture))]);

    static JsonArray Numbers(IReadOnlyList<int> numbers) => [.. numbers.Select(n => (JsonNode?)JsonValue.Create(n))];

    static JsonArray Texts(IReadOnlyList<string> texts) => [.. texts.Select(text => (JsonNode?)JsonValue.Create(text))];
}
