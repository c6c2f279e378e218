namespace Ceteris.Compiler;

/// <summary>Reverse-mode differentiation: from a graph to the graph of its gradients.</summary>
public static class Gradients
{
    /// <summary>
    /// The gradients of a scalar with respect to some tensors, as tensors; zero where it does not depend on one.
    /// Contributions are
    /// added in the reverse of the order in which their consumers were traced, so the bits are a property of the graph.
    /// </summary>
    public static Tensor[] Of(Tensor loss, IReadOnlyList<Tensor> with)
    {
        if (loss.Shape.Elements != 1)
            throw Shapes.Expected("a scalar loss", loss.Shape);
        var order = Graph.Order([loss]);
        var needed = new HashSet<Tensor>(with);
        foreach (var tensor in order)
        {
            if (tensor.Inputs.Any(needed.Contains))
                needed.Add(tensor);
        }
        Tensor one = 1f;
        var gradients = new Dictionary<Tensor, Tensor> { [loss] = one.BroadcastTo(loss.Shape) };
        for (int i = order.Count - 1; i >= 0; i--)
        {
            var y = order[i];
            if (!needed.Contains(y) || y.Inputs.Count == 0 || !gradients.TryGetValue(y, out var dy))
                continue;
            using var _ = TracePath.Enter(y.Path);
            var dx = y.Op.Gradient(y, dy);
            for (int j = 0; j < dx.Length; j++)
            {
                var x = y.Inputs[j];
                if (dx[j] is not { } g || !needed.Contains(x))
                    continue;
                if (!g.Shape.Equals(x.Shape))
                    throw Shapes.Expected($"a gradient of shape {x.Shape} for input {j} of {y.Op.Name}", g.Shape);
                gradients[x] = gradients.TryGetValue(x, out var sum) ? sum + g : g;
            }
        }
        return [.. with.Select(x => gradients.TryGetValue(x, out var g) ? g : ((Tensor)0f).BroadcastTo(x.Shape))];
    }
}

/// <summary>Walks over traced graphs.</summary>
public static class Graph
{
    /// <summary>Every tensor that the outputs depend on, inputs before what uses them, in the order of a depth-first
    /// walk.</summary>
    public static List<Tensor> Order(IEnumerable<Tensor> outputs)
    {
        var order = new List<Tensor>();
        var seen = new HashSet<Tensor>();
        var stack = new Stack<(Tensor Tensor, int Next)>();
        foreach (var output in outputs)
        {
            if (seen.Add(output))
                stack.Push((output, 0));
            while (stack.TryPop(out var top))
            {
                if (top.Next == top.Tensor.Inputs.Count)
                {
                    order.Add(top.Tensor);
                    continue;
                }
                stack.Push((top.Tensor, top.Next + 1));
                var input = top.Tensor.Inputs[top.Next];
                if (seen.Add(input))
                    stack.Push((input, 0));
            }
        }
        return order;
    }
}
