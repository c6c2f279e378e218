namespace Ceteris.Cli;

/// <summary>The course of a positive number from the beginning on, in a few characters; memory does not grow.</summary>
sealed class LossCourse
{
    /// <summary>Most characters of it.</summary>
    public const int Width = 24;

    const string Levels = "▁▂▃▄▅▆▇█";

    readonly List<double> means = [];
    int perMean = 1, pending;
    double pendingSum;

    public void Add(double value)
    {
        (pendingSum, pending) = (pendingSum + value, pending + 1);
        if (pending < perMean)
            return;
        means.Add(pendingSum / pending);
        (pendingSum, pending) = (0, 0);
        if (means.Count == Width)
        {
            for (int i = 0; i < Width / 2; i++)
                means[i] = (means[2 * i] + means[2 * i + 1]) / 2;
            means.RemoveRange(Width / 2, Width / 2);
            perMean *= 2;
        }
    }

    /// <summary>On a logarithmic scale; empty while there is too little to see.</summary>
    public override string ToString()
    {
        double[] heights = [.. means.Select(mean => Math.Log(Math.Max(mean, 1e-6)))];
        if (heights.Length < 3)
            return "";
        double low = heights.Min(), range = Math.Max(heights.Max() - low, 1e-9);
        return string.Concat(
            heights.Select(h => Levels[(int)Math.Min(Levels.Length - 1, (h - low) / range * Levels.Length)]));
    }
}
