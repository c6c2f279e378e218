using Ceteris.Compiler;

namespace Ceteris.Studies;

/// <summary>A loss or a variable is NaN or infinite: the run cannot go on.</summary>
sealed class DivergenceException : Exception;

/// <summary>
/// Finds where a diverging run went wrong. From the variables of at most <see cref="RecentVariables.Every"/> steps ago
/// the steps are repeated, to the same bits, until the first one that spoils its loss or a variable; that one is run
/// once more with a look at every tensor.
/// </summary>
sealed class Divergence(TrainingJob job, Model model, StepRunner steps, RecentVariables recent)
{
    /// <summary>The status of the failed run, and its state before the bad step.</summary>
    public RunStatus Diagnose(TrainingState state)
    {
        TrainingState.Mark last = state.Here;
        recent.Restore();
        state.Rewind(recent.At);
        for (; state.Epoch <= job.Recipe.Epochs; state.EpochDone())
        {
            while (state.Position < steps.Steps && state.Step <= last.Step)
            {
                if (Spoils(state) is { } reason)
                    return Failed(state, reason);
            }
        }
        return Failed(
            state, "the network's probabilities are NaN in an evaluation, though loss and weights are finite");
    }

    /// <summary>Repeats a step; why it is the bad one, if it is.</summary>
    string? Spoils(TrainingState state)
    {
        using var before = new RecentVariables(model.Variables);
        before.Take(state.Here);
        (float loss, int correct) = steps.Run(state.Epoch, state.Position);
        if (!float.IsFinite(loss) || !model.IsFinite())
        {
            before.Restore();
            return Explain(state);
        }
        state.StepDone(steps.Images(state.Position), correct, loss, 0);
        return null;
    }

    string Explain(TrainingState state)
    {
        Computation graph = model.Graph(steps.Images(state.Position));
        BadTensor? bad = BadTensor.FirstIn(
            graph, model.Variables, model.Pool, program => steps.FeedAll(program, state.Epoch, state.Position));
        return bad?.ToString() ?? "no tensor of the step is bad when it is repeated: this machine computes wrongly";
    }

    RunStatus Failed(TrainingState state, string reason)
    {
        string where = FormattableString.Invariant(
            $"step {state.Step + 1} (epoch {state.Epoch}, batch {state.Position + 1} of {steps.Steps}): ");
        return new(RunState.Failed, state.Step + 1, where + reason);
    }
}
