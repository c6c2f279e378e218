using Ceteris.Kernels;

namespace Ceteris.Compiler;

/// <summary>The memory of one program: the arena, inputs, constants, scratch; variables lie in their store.</summary>
sealed class Memory : IMemory, IDisposable
{
    readonly Plan plan;
    readonly VariableStore variables;
    readonly NativeBuffer arena;
    readonly Dictionary<Tensor, NativeBuffer> fixedBuffers = [];
    readonly NativeBuffer[] scratch;
    readonly Floats[] scratchViews;

    public Memory(Plan plan, VariableStore variables, int workers)
    {
        (this.plan, this.variables) = (plan, variables);
        arena = new NativeBuffer(plan.MemoryPlan.ArenaFloats, "the results between layers");
        foreach (var tensor in plan.Order)
        {
            if (tensor.Op is Input or Constant)
                fixedBuffers[tensor] = new(Sizes.Floats(tensor.Shape, plan.Layouts[tensor]), "a batch of images");
            if (tensor.Op is Constant constant)
                fixedBuffers[tensor].Span[0] = constant.Value;
            if (tensor.Op is not Variable variable)
                continue;
            var shape = variables.Shape(variable.Label);
            if (!shape.Equals(tensor.Shape))
                throw Shapes.Expected($"the variable {variable.Label} to have the shape {tensor.Shape}", shape);
        }
        long scratchFloats = plan.Steps.Max(s => (long?)s.ScratchFloats) ?? 0;
        scratch =
            [.. Enumerable.Range(0, workers).Select(_ => new NativeBuffer(scratchFloats, "the work of a thread"))];
        scratchViews = [.. scratch.Select(s => s.Floats)];
        Draws = new DrawAddress(
            plan.Order.Max(t => (int?)(t.Op is Bernoulli or Input { Batched: true } ? t.Shape[0] : 0)) ?? 0);
        foreach (var tensor in plan.Order)
        {
            if (tensor.Op is Bernoulli mask)
                Draws.Register(mask.Key);
        }
    }

    public DrawAddress Draws { get; }

    public Floats this[Tensor tensor]
    {
        get
        {
            var root = StepOrder.Root(tensor);
            if (plan.InPlace.TryGetValue(root, out var variable))
                root = variable;
            if (root.Op is Variable v)
                return variables.Buffer(v.Label).Floats;
            return fixedBuffers.TryGetValue(root, out var buffer) ? buffer.Floats
                : arena.Slice(plan.MemoryPlan.Offset(root), Sizes.Floats(root.Shape, plan.Layouts[root]));
        }
    }

    public Floats Scratch(int worker) => scratchViews[worker];

    public BlockPlace? Place(Tensor tensor) => null;

    public int Workers => scratch.Length;

    public void Poison(float value)
    {
        arena.Span.Fill(value);
        foreach (var buffer in scratch)
            buffer.Span.Fill(value);
    }

    public void Dispose()
    {
        arena.Dispose();
        foreach (var buffer in fixedBuffers.Values.Concat(scratch))
            buffer.Dispose();
    }
}
