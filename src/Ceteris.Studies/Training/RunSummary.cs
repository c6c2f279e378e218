using System.Text.Json.Nodes;

namespace Ceteris.Studies;

/// <summary>A run in one line: what <c>--json</c> prints and what lists of runs show.</summary>
public sealed record RunSummary
{
    /// <summary>Full path of the run folder.</summary>
    public required string Run { get; init; }

    public required Recipe Recipe { get; init; }

    public required RunState State { get; init; }

    /// <summary>Why it failed, or what interrupted it.</summary>
    public string? Reason { get; init; }

    /// <summary>Whole epochs done.</summary>
    public required int Epochs { get; init; }

    /// <summary>Steps done; of a failed run up to the bad one.</summary>
    public required long Steps { get; init; }

    /// <summary>
    /// Over the images of the last recorded epoch, each with the weights and in the mode (dropout, batch statistics) of
    /// the step that trained on it, as training scripts print it; null before the first.
    /// </summary>
    public Tally? Train { get; init; }

    public Tally? Validation { get; init; }

    /// <summary>Last evaluation on the test images.</summary>
    public Tally? Test { get; init; }

    /// <summary>Weights at the last recorded epoch.</summary>
    public string? WeightsSha256 { get; init; }

    /// <summary>Trainable numbers.</summary>
    public required long Parameters { get; init; }

    /// <summary>Spent in training steps, over all sessions; evaluations and writing are not counted.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>Images trained on, per second of <see cref="TrainSeconds"/>.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>True if the run was there already and nothing was trained now.</summary>
    public bool Repeated { get; init; }

    /// <summary>
    /// What <c>ceteris train</c> ends with: 0 completed, 1 failed, 128 + the signal's number if a signal interrupted
    /// it.
    /// </summary>
    public int ExitCode => State switch
    {
        RunState.Completed => 0,
        RunState.Failed => 1,
        _ => StopRequest.ExitCodeOf(Reason),
    };

    /// <summary>The object that <c>--json</c> prints; what is not known is null.</summary>
    public JsonObject ToJson() => new()
    {
        ["network"] = Recipe.Network,
        ["data"] = Recipe["data"],
        ["seed"] = Recipe.Seed,
        ["epochs"] = Epochs,
        ["steps"] = Steps,
        ["state"] = State.ToString().ToLowerInvariant(),
        ["reason"] = Reason,
        ["test_correct"] = Test?.Correct,
        ["test_total"] = Test?.Total,
        ["test_accuracy"] = Test?.Accuracy,
        ["train_accuracy"] = Train?.Accuracy,
        ["validation_accuracy"] = Validation?.Accuracy,
        ["train_loss"] = Number(Train?.Loss),
        ["validation_loss"] = Number(Validation?.Loss),
        ["test_loss"] = Number(Test?.Loss),
        ["weights_sha256"] = WeightsSha256,
        ["parameters"] = Parameters,
        ["train_seconds"] = TrainSeconds,
        ["images_per_second"] = ImagesPerSecond,
        ["recipe_sha256"] = Recipe.Sha256,
        ["run"] = Run,
    };

    static JsonNode? Number(double? value) => value is { } number ? CanonicalJson.Number(number) : null;
}
