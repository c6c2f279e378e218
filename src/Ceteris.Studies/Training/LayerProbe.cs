using Ceteris.Compiler;
using Ceteris.Data;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// Measures the layers of a trained model with its initial and its final weights. Both are functions of the job alone;
/// the training itself does not know of it.
/// </summary>
static class LayerProbe
{
    /// <summary>Of the training set, in its order.</summary>
    public const int MostImages = 256;

    public static IReadOnlyList<LayerRecord> Measure(TrainingJob job, Model model)
    {
        ImageSet images = job.Data.Train;
        int count = Math.Min(MostImages, images.Count);
        using var variables = new VariableStore();
        (TracedComputation traced, Program program) = model.Probe(count, variables);
        using (program)
        {
            float[] labels = new float[count];
            new Batches(images, job.Data.Normalisation, count, shuffle: false)
                .Fill(0, 0, BatchLayout.Lanes, program.Lanes(Classifier.Images), labels, program.SampleIds);
            program.Feed(Classifier.Labels, labels);
            string[] names = [.. traced.Computation.Outputs.Select(output => output.Name)];
            double[] start = Run();
            foreach (TracedVariable variable in traced.Trace.Variables)
                model.Variables[variable.Path].CopyTo(variables[variable.Path]);
            double[] end = Run();
            return [.. names.Select((name, i) => RecordOf(name, start[i], end[i]))];

            double[] Run()
            {
                program.Run();
                return [.. names.Select(name => (double)program.Output(name)[0])];
            }
        }
    }

    static LayerRecord RecordOf(string output, double start, double end)
    {
        int slash = output.IndexOf('/');
        return new(
            output[(slash + 1)..],
            output[..slash] == Classifier.Saturated ? LayerQuantity.Saturated : LayerQuantity.GradientNorm, start, end);
    }
}
