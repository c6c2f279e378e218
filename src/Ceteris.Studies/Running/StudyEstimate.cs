using System.Diagnostics;

using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>What one run of an arm takes.</summary>
/// <param name="Parameters">Trainable numbers.</param>
/// <param name="MultiplyAdds">Of the network, for one image.</param>
/// <param name="Steps">Of the whole run.</param>
/// <param name="Seconds">Training and evaluation, from a few steps timed now.</param>
public sealed record StudyEstimate(long Parameters, long MultiplyAdds, long Steps, double Seconds)
{
    const int CallsStill = 40;
    const double SecondsStill = 0.3, MostSeconds = 3, Faster = 0.9;

    /// <summary>Counts, and times a few steps.</summary>
    /// <exception cref="Compiler.ShapeException">The network does not fit the images.</exception>
    public static StudyEstimate Of(TrainingJob job, int threads)
    {
        Description description = Description.Of(job.Network, job.Data.Train.Image);
        using var model = Model.Of(job, threads);
        var steps = new StepRunner(job, model);
        long all = (long)steps.Steps * job.Recipe.Epochs;
        double step = Time(i => steps.Run(1, i % Math.Max(1, steps.Steps - 1)));
        double evaluation = Time(_ => model.Evaluation.Run()) / Model.EvaluationBatch;
        int reports = (job.Recipe.Epochs + job.Recipe.ReportEvery - 1) / job.Recipe.ReportEvery;
        long evaluated = (long)reports * (job.Data.Test.Count + (job.Data.Validation?.Count ?? 0));
        return new(description.Parameters, description.MultiplyAdds, all, step * all + evaluation * evaluated);
    }

    /// <summary>
    /// Seconds of one call: the median since calls have stopped becoming faster, for the runtime compiles what has been
    /// called some thirty times once more.
    /// </summary>
    static double Time(Action<int> action)
    {
        var times = new List<double>();
        long begun = Stopwatch.GetTimestamp(), still = begun;
        double least = double.PositiveInfinity;
        for (int i = 0; IsEarly(); i++)
        {
            long from = Stopwatch.GetTimestamp();
            action(i);
            double seconds = Since(from);
            if (seconds < Faster * least)
            {
                times.Clear();
                (least, still) = (seconds, Stopwatch.GetTimestamp());
            }
            times.Add(seconds);
        }
        times.Sort();
        return times[times.Count / 2];

        bool IsEarly() => times.Count == 0
            || ((times.Count < CallsStill || Since(still) < SecondsStill) && Since(begun) < MostSeconds);
    }

    static double Since(long timestamp) => Stopwatch.GetElapsedTime(timestamp).TotalSeconds;
}
