using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>The JSON schema (draft 2020-12) of study files, so that editors complete and check them.</summary>
public static class StudySchema
{
    /// <summary>The file <c>studies/study.schema.json</c>, in ASCII.</summary>
    public static string Text() => string.Concat(Schema().ToJsonString(StudyWriter.Json).Select(
        c => char.IsAscii(c) ? $"{c}" : $"\\u{(int)c:x4}")) + "\n";

    static JsonObject Schema() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "A study of Ceteris",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray("study", "question", "baseline"),
        ["properties"] = new JsonObject
        {
            ["study"] = Said("its name in the store", Type("string", "pattern", "^[a-z0-9-]{1,64}$")),
            ["question"] = Said("what is asked", Type("string")),
            ["about"] = Said("a few sentences for the report", Type("string")),
            ["baseline"] = Said("the recipe that all is compared with, and its name", Reference("baseline")),
            ["factors"] = Said("what is varied; all combinations are run", Map(Reference("factor"))),
            ["blocks"] = Reference("blocks"),
            ["draws"] = Said("what a block draws: the seed, and on request which training images are used",
                OneOf(new JsonObject { ["const"] = "seed" }, Items(Choice("seed", "subset")))),
            ["metric"] = Said("what is compared", Choice([.. StudyMetric.All.Select(metric => metric.Name)])),
            ["margin"] = Said("the largest difference that does not matter, declared before the runs",
                OneOf(Type("number", "exclusiveMinimum", 0), new JsonObject { ["const"] = "suggested" })),
            ["looks"] = Said("numbers of blocks at which the study may be looked at and stopped",
                Items(Type("integer", "minimum", 2))),
            ["seen"] = Said("numbers of blocks at which results were seen before the blocks were changed, not planned; "
                + "study run and study add-blocks note it", Items(Type("integer", "minimum", 1))),
            ["chosen"] = Said("what chose the arm that this study confirms; study run --confirm notes it",
                Reference("stage")),
            ["confirmed"] = Said("what the best arm had on fresh seeds; study run --confirm notes it",
                Reference("stage")),
            ["varies"] = Said("quantities that are varied on purpose, hence no confound",
                Items(Choice([.. StudyReader.Quantities]))),
            ["reference"] = Said("what was published elsewhere", Reference("reference")),
            ["layers"] = Said("whether the report tells of saturated units and gradient norms, layer by layer",
                Type("boolean")),
            ["quick"] = Said("what --quick makes of it", Reference("form")),
            ["full"] = Said("what --full and another data set make of it", Reference("form")),
        },
        ["$defs"] = new JsonObject
        {
            ["settings"] = Closed(Keys()),
            ["baseline"] = Baseline(),
            ["factor"] = Factor(),
            ["blocks"] = Said("how many, or their seeds",
                OneOf(Type("integer", "minimum", 1), Items(Type("integer", "minimum", 0)))),
            ["form"] = Closed(new JsonObject
            {
                ["baseline"] = Reference("settings"),
                ["factors"] = Map(Reference("factor")),
                ["blocks"] = Reference("blocks"),
            }),
            ["stage"] = Closed(new JsonObject
            {
                ["study"] = Said("the name of the other stage", Type("string")),
                ["arm"] = Said("the arm that was chosen", Type("string")),
                ["result"] = Said("its difference to the baseline there", Type("string")),
            }),
            ["reference"] = Closed(new JsonObject
            {
                ["source"] = Said("whose it is", Type("string")),
                ["data"] = Said("the data set it is about", Type("string")),
                ["of"] = Said("the metric of the values, if it is not that of the study",
                    Choice([.. StudyMetric.All.Select(metric => metric.Name)])),
                ["values"] = Said(
                    "by arm, accuracies in percent with the digits that were given; of several runs a list",
                    Map(OneOf(Type("number"), Items(Type("number"))))),
                ["claims"] = Said("by arm, against the baseline or (worse than ARM) another arm",
                    Map(Type("string", "pattern", "^(better( than .+)?|worse( than .+)?|equivalent( to .+)?)$"))),
                ["why"] = Said("why it may differ", Type("string")),
            }),
        },
    };

    static JsonObject Baseline()
    {
        JsonObject keys = Keys();
        keys.Insert(0, "name", Said("in words", Type("string")));
        JsonObject baseline = Closed(keys);
        baseline["required"] = new JsonArray("name");
        return baseline;
    }

    static JsonObject Factor() => Closed(new JsonObject
    {
        ["key"] = Said("a key of the recipe that takes the values", Choice([.. SettableKeys.Select(key => key.Name)])),
        ["values"] = Items(Scalar()),
        ["levels"] = Said("named edits of the recipe; 'without' and 'with' make the factor an addition",
            Map(Reference("settings"))),
        ["baseline"] = Said("the level of the baseline; else the first", Scalar()),
        ["ordered"] = Said("levels are sizes of one thing", Type("boolean")),
    });

    /// <summary>The seed is what blocks draw.</summary>
    static IEnumerable<RecipeKey> SettableKeys => RecipeKeys.All.Where(key => key.Name != "seed");

    static JsonObject Keys()
    {
        var keys = new JsonObject();
        foreach (RecipeKey key in SettableKeys)
        {
            // A network may be spelled with its options.
            JsonObject type = key.Type.Choices.Count > 0 && key.Name != "network"
                ? Choice([.. key.Type.Choices]) : Scalar();
            keys[key.Name] = Said(key.Description, type);
        }
        return keys;
    }

    static JsonObject Scalar() => OneOf(new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
        Items(new JsonObject { ["type"] = new JsonArray("string", "number") }));

    static JsonObject Closed(JsonObject properties) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = properties,
    };

    static JsonObject Map(JsonObject of) => new() { ["type"] = "object", ["additionalProperties"] = of };

    static JsonObject Items(JsonObject of) => new() { ["type"] = "array", ["items"] = of };

    static JsonObject OneOf(params JsonObject[] types) => new() { ["anyOf"] = new JsonArray([.. types]) };

    static JsonObject Choice(params string[] names) =>
        new() { ["enum"] = new JsonArray([.. names.Select(name => (JsonNode?)JsonValue.Create(name))]) };

    static JsonObject Type(string type) => new() { ["type"] = type };

    static JsonObject Type(string type, string rule, JsonNode value) => new() { ["type"] = type, [rule] = value };

    static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    static JsonObject Said(string what, JsonObject type)
    {
        type.Insert(0, "description", what);
        return type;
    }
}
