using System.Text.Json.Nodes;

namespace Ceteris.Studies;

public enum RunState
{
    Completed,

    /// <summary>It cannot go on: NaN, infinity, explosion.</summary>
    Failed,

    /// <summary>It can be resumed.</summary>
    Interrupted,
}

/// <summary>How a run ended.</summary>
/// <param name="State">The outcome.</param>
/// <param name="Step">The step it ended at; of a failed run the first bad one.</param>
/// <param name="Reason">Why it failed — layer path, op, what was seen —, else null. A function of the recipe, as all
/// else.</param>
public sealed record RunStatus(RunState State, long Step, string? Reason = null)
{
    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["state"] = TextOf(State), ["step"] = Step };
        if (Reason is not null)
            json["reason"] = Reason;
        return json;
    }

    internal static RunStatus FromJson(JsonFields fields)
    {
        string text = fields.String("state");
        RunState? state = Enum.GetValues<RunState>().Cast<RunState?>()
            .FirstOrDefault(state => TextOf(state!.Value) == text);
        var status = new RunStatus(
            state ?? throw fields.Wrong("state", "completed, failed or interrupted"), fields.Integer("step"),
            fields.OptionalString("reason"));
        fields.End();
        return status;
    }

    static string TextOf(RunState state) => state switch
    {
        RunState.Completed => "completed",
        RunState.Failed => "failed",
        _ => "interrupted",
    };
}
