using Ceteris.Compiler;
using Ceteris.Data;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// Feeds batches and runs steps. Any step of any epoch can be run at any time: order and masks are addressed by epoch
/// and image. When all images are one batch they keep the order of the set and are fed once.
/// </summary>
sealed class StepRunner
{
    readonly Model model;
    readonly Batches batches;
    readonly Schedule schedule;
    readonly double baseRate;
    readonly int epochs;
    readonly float[] labels;
    readonly float[] rate = new float[1];
    bool fed;

    public StepRunner(TrainingJob job, Model model)
    {
        Recipe recipe = job.Recipe;
        this.model = model;
        int size = Math.Min(recipe.Batch ?? int.MaxValue, job.Data.Train.Count);
        IsFullBatch = size == job.Data.Train.Count;
        batches = new(job.Data.Train, job.Data.Normalisation, size, recipe.Seed, shuffle: !IsFullBatch);
        (schedule, baseRate, epochs) = (RecipeClassifier.Schedule(recipe), recipe.LearningRate, recipe.Epochs);
        if (schedule.Unit == ScheduleUnit.Step && (long)epochs * Steps > int.MaxValue)
            throw new RecipeException("schedule",
                $"expected a run of at most {int.MaxValue} steps, got {epochs} epochs of {Steps}");
        labels = new float[size];
        int last = Images(Steps - 1);
        model.Compile([size]);
        try
        {
            model.Compile([last]);
        }
        catch (ShapeException e) when (last == 1 && size > 1)
        {
            throw new RecipeException("batch", "expected a size that leaves more than one image for the last batch, "
                + $"got '{size}' for {job.Data.Train.Count} images: {e.Message}");
        }
    }

    /// <summary>Steps in an epoch.</summary>
    public int Steps => batches.Steps;

    public bool IsFullBatch { get; }

    /// <summary>Images of a step.</summary>
    public int Images(int position) => batches.CountAt(position);

    /// <summary>The learning rate of a step.</summary>
    public double RateAt(int epoch, int position) => schedule.Unit == ScheduleUnit.Epoch
        ? schedule.Rate(baseRate, epoch - 1, epochs)
        : schedule.Rate(baseRate, checked((epoch - 1) * Steps + position), checked(epochs * Steps));

    /// <summary>Runs a step: mean loss of the batch and how many of its images were right, before the update.</summary>
    public (float Loss, int Correct) Run(int epoch, int position)
    {
        Program program = model.Step(Images(position));
        if (!(IsFullBatch && fed))
            Feed(program, epoch, position);
        FeedRate(program, epoch, position);
        program.Run();
        return (program.Output(Classifier.Loss)[0], (int)program.Output(Classifier.Correct)[0]);
    }

    /// <summary>
    /// Feeds a step's images, labels, rate and addresses of random draws to a program with the inputs of a step.
    /// </summary>
    public void FeedAll(Program program, int epoch, int position)
    {
        Feed(program, epoch, position);
        FeedRate(program, epoch, position);
    }

    void Feed(Program program, int epoch, int position)
    {
        Span<float> used = labels.AsSpan(0, Images(position));
        batches.Fill((uint)epoch, position, BatchLayout.Lanes, program.Lanes(Classifier.Images), used,
            program.SampleIds);
        program.Feed(Classifier.Labels, used);
        fed = true;
    }

    void FeedRate(Program program, int epoch, int position)
    {
        program.Epoch = epoch;
        rate[0] = (float)RateAt(epoch, position);
        program.Feed(Classifier.Rate, rate);
    }
}
