using System.Text.Json;
using Ceteris.Networks;

namespace Ceteris.Tests;

/// <summary>The generated weights, images and labels of the golden networks.</summary>
static class HashedNetwork
{
    public const ulong ImageOffset = 1UL << 32, LabelOffset = 1UL << 33;

    /// <summary>
    /// n numbers in [−1, 1): the SplitMix64 finaliser of (seed + i) · golden ratio, its top 24 bits as a fraction.
    /// </summary>
    public static double[] Splitmix(int n, ulong seed)
    {
        var numbers = new double[n];
        for (int i = 0; i < n; i++)
        {
            ulong z = unchecked((seed + (ulong)i) * 0x9E3779B97F4A7C15);
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
            z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
            z ^= z >> 31;
            numbers[i] = ((z >> 40) / (double)(1 << 24) * 2) - 1;
        }
        return numbers;
    }

    public static float[] Images(int n) => [.. Splitmix(n, ImageOffset).Select(u => (float)u)];

    public static float[] Labels(int n) => [.. Splitmix(n, LabelOffset).Select(u => (float)Math.Floor((u + 1) * 5))];

    /// <summary>
    /// Fills a network's parameters as the file lists them; the names and shapes must be exactly those.
    /// </summary>
    public static void Fill(Trace trace, Compiler.VariableStore store, string parameters)
    {
        using var list = JsonDocument.Parse(parameters);
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in list.RootElement.EnumerateArray())
        {
            string name = entry.GetProperty("name").GetString()!, kind = entry.GetProperty("kind").GetString()!;
            int[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32())];
            expected[name] = string.Join("x", shape);
            int count = shape.Aggregate(1, (a, b) => a * b);
            double[] u = Splitmix(count, entry.GetProperty("offset").GetUInt64());
            double scale = Math.Sqrt(3.0 / ((double)count / shape[0]));
            if (!store.Contains(name))
                continue;
            var to = store[name];
            for (int i = 0; i < count; i++)
                to[i] = (float)(kind switch { "weight" => u[i] * scale, "scale" => 1 + (0.1 * u[i]), _ => 0.1 * u[i] });
        }
        var ours = trace.Variables.Where(v => v.Kind == VariableKind.Parameter)
            .ToDictionary(v => v.Path, v => string.Join("x", v.Shape));
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal),
            ours.OrderBy(e => e.Key, StringComparer.Ordinal));
    }
}
