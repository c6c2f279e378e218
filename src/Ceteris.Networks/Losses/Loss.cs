using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>What training makes small, for classes given by number.</summary>
public abstract record Loss
{
    /// <summary>The loss of each sample. Training minimises their mean.   outputs [N, C], labels [N] → [N]</summary>
    public abstract Tensor PerSample(Tensor outputs, Tensor labels);
}

/// <summary>Softmax, then the negative logarithm of the true class's share; see <see cref="LossOps"/>.</summary>
public sealed record CrossEntropy(double LabelSmoothing = 0) : Loss
{
    public override Tensor PerSample(Tensor outputs, Tensor labels) => outputs.CrossEntropy(labels, LabelSmoothing);
}

/// <summary>The negative logarithmic probability of the true class, for networks that end in log-softmax.</summary>
public sealed record Nll : Loss
{
    public override Tensor PerSample(Tensor outputs, Tensor labels) => outputs.Nll(labels);
}

/// <summary>The mean squared difference from 1 for the true class and 0 for the others.</summary>
public sealed record Mse : Loss
{
    public override Tensor PerSample(Tensor outputs, Tensor labels) =>
        (outputs - labels.OneHot(outputs.Shape[^1])).Square().Mean([1]);
}

/// <summary>
/// Losses of tensors. Labels are whole numbers from 0 to C − 1 kept as floats; who feeds them checks that.
/// </summary>
public static class LossOps
{
    extension(Tensor x)
    {
        /// <summary>1 at the label, else 0.   labels [N] → [N, classes]</summary>
        public Tensor OneHot(int classes) => x.Reshape([x.Shape[0], 1]).EqualTo(Tensor.Apply(new Iota(classes)));

        /// <summary>
        /// ln Σⱼ e^(xⱼ) − Σⱼ tⱼ xⱼ per sample, with the target t = (1 − ε) · one-hot + ε / C and x shifted by its
        /// maximum; its gradient is softmax(x) − t.   logits [N, C], labels [N] → [N]
        /// </summary>
        public Tensor CrossEntropy(Tensor labels, double labelSmoothing = 0)
        {
            RequireLabels(x, labels);
            int n = x.Shape[0], classes = x.Shape[1];
            float share = (float)(labelSmoothing / classes), rest = (float)(1 - labelSmoothing);
            var shifted = x - x.Amax([1], keepDims: true);
            var e = shifted.Exp();
            var sum = e.Sum([1], keepDims: true);
            var oneHot = labels.OneHot(classes);

            // Chosen rather than multiplied by 0, so that an infinite logit of another class leaves the loss finite.
            var target = oneHot.Where(shifted, 0f).Sum([1]);
            if (labelSmoothing != 0)
                target = (rest * target) + (share * shifted.Sum([1]));
            var loss = sum.Reshape([n]).Log() - target;
            return loss.WithGradient([x], dy => [((e / sum) - oneHot.Where(rest + share, share)) * dy.Reshape([n, 1])]);
        }

        /// <summary>−x at the label, per sample.   log-probabilities [N, C], labels [N] → [N]</summary>
        public Tensor Nll(Tensor labels)
        {
            RequireLabels(x, labels);
            return -labels.OneHot(x.Shape[1]).Where(x, 0f).Sum([1]);
        }

        /// <summary>The mean of (x − target)² over all elements.   → scalar</summary>
        public Tensor Mse(Tensor target) => (x - target).Square().Mean();
    }

    static void RequireLabels(Tensor x, Tensor labels)
    {
        if (x.Shape.Rank != 2 || labels.Shape.Rank != 1 || labels.Shape[0] != x.Shape[0])
            throw Shapes.Expected("outputs [N, C] and labels [N]", x.Shape, labels.Shape);
    }
}
