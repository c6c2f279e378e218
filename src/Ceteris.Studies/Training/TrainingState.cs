namespace Ceteris.Studies;

/// <summary>
/// How far a run has come, beside its variables. With them it is all that the rest of the run depends on: random draws
/// are addressed by epoch and sample, so none of them has a state.
/// </summary>
sealed class TrainingState(string runId)
{
    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>The epoch under way, from 1.</summary>
    public int Epoch { get; private set; } = 1;

    /// <summary>Steps done in it.</summary>
    public int Position { get; private set; }

    /// <summary>Over the images of the epoch so far.</summary>
    public RunningTally Epochal { get; private set; }

    /// <summary>Rows of metrics.csv.</summary>
    public List<MetricRow> Rows { get; } = [];

    /// <summary>Epochs of the certificate.</summary>
    public List<EpochRecord> Records { get; } = [];

    public string Chain { get; private set; } = EpochRecord.ChainStart(runId);

    public int Interruptions { get; private set; }

    /// <summary>Spent in training steps, over all sessions.</summary>
    public double Seconds { get; private set; }

    public void StepDone(int images, int correct, float loss, double seconds)
    {
        (Step, Position) = (Step + 1, Position + 1);
        Epochal = Epochal.Plus(images, correct, loss);
        Seconds += seconds;
    }

    public void EpochDone() => (Epoch, Position, Epochal) = (Epoch + 1, 0, default);

    public void Record(EpochRecord record, MetricRow row)
    {
        Records.Add(record);
        Rows.Add(row);
        Chain = record.ChainSha256;
    }

    /// <summary>Back to an earlier step; records stay.</summary>
    public void Rewind(in Mark mark) =>
        (Step, Epoch, Position, Epochal) = (mark.Step, mark.Epoch, mark.Position, mark.Epochal);

    public Mark Here => new(Step, Epoch, Position, Epochal);

    public readonly record struct Mark(long Step, int Epoch, int Position, RunningTally Epochal);

    public CheckpointData ToCheckpoint(IReadOnlyList<NamedTensor> variables, string weightsSha256) => new()
    {
        Step = Step,
        Epoch = Epoch,
        Position = Position,
        EpochCorrect = Epochal.Correct,
        EpochImages = Epochal.Images,
        EpochLossSum = Epochal.LossSum,
        Tensors = variables,
        Metrics = [.. Rows],
        Epochs = [.. Records],
        WeightsSha256 = weightsSha256,
        ChainSha256 = Chain,
        Interruptions = Interruptions,
        Seconds = Seconds,
    };

    /// <summary>Takes over a checkpoint; counts the interruption after it.</summary>
    public static TrainingState Of(string runId, CheckpointData data)
    {
        var state = new TrainingState(runId)
        {
            Step = data.Step,
            Epoch = data.Epoch,
            Position = (int)data.Position,
            Epochal = new(data.EpochImages, data.EpochCorrect, data.EpochLossSum),
            Chain = data.ChainSha256,
            Interruptions = data.Interruptions + 1,
            Seconds = data.Seconds,
        };
        state.Rows.AddRange(data.Metrics);
        state.Records.AddRange(data.Epochs);
        return state;
    }
}
