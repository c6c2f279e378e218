namespace Ceteris.Kernels;

/// <summary>
/// Runs <paramref name="count"/> iterations. Pointers and steps are those of the inputs, then of the outputs; after
/// every iteration each pointer moves on by its step, in floats (a reduction's pointer does not).
/// </summary>
unsafe delegate void LoopBody(float** pointers, nint* steps, nint count);

/// <summary>A compiled <see cref="LoopProgram"/>; <see cref="LoopNest"/> runs it over tensors.</summary>
public sealed class LoopKernel
{
    internal LoopKernel(LoopProgram program)
    {
        Program = program;
        Body = new LoopEmitter(program).Emit();
    }

    public LoopProgram Program { get; }

    internal LoopBody Body { get; }
}
