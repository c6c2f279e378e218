using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// Writes a <see cref="LoopProgram"/> as the IL of a loop: one call for each instruction, which the JIT inlines.
/// Pointers, steps, values and stripes are local variables, hence registers where there are enough.
/// </summary>
sealed class LoopEmitter
{
    // Unrolled fourfold, a sum of 16 KiB takes 60 % of the time, but four times the code to compile. With this many
    // instructions they hide the moves of a rotation.
    const int LongestUnrolled = 4;

    static readonly MethodInfo Broadcast = typeof(Vector512).GetMethod(nameof(Vector512.Create), [typeof(float)])!;
    static readonly MethodInfo Add = typeof(V).GetMethod("op_Addition", [typeof(V), typeof(V)])!;
    static readonly MethodInfo Maximum = typeof(LoopReduction).GetMethod(nameof(LoopReduction.Maximum))!;

    readonly LoopProgram program;
    readonly DynamicMethod method;
    readonly ILGenerator il;
    readonly LocalBuilder[] pointers, steps, values;
    readonly LocalBuilder[][] stripes;
    readonly LocalBuilder left;
    readonly bool[] used;

    internal unsafe LoopEmitter(LoopProgram program)
    {
        this.program = program;
        Type[] parameters = [typeof(float**), typeof(nint*), typeof(nint)];
        method = new("Loop", typeof(void), parameters, typeof(LoopEmitter).Module, skipVisibility: true);
        il = method.GetILGenerator();
        left = il.DeclareLocal(typeof(nint));
        pointers = Locals(program.Operands, typeof(nint));
        steps = Locals(program.Operands, typeof(nint));
        values = Locals(program.Values, typeof(V));
        stripes = [.. program.Outputs.Select(output =>
            output.Kind == OutputKind.Store ? [] : Locals(LoopReduction.Stripes, typeof(V)))];
        used = new bool[program.Values];
        foreach (LoopInstruction instruction in program.Instructions)
            for (int k = 0; k < instruction.Arity; k++)
                used[instruction.Operand(k)] = true;
        foreach (LoopOutput output in program.Outputs)
            used[output.Value] = true;
    }

    internal LoopBody Emit()
    {
        EmitStart();
        if (program.Reduces && program.Instructions.Length <= LongestUnrolled)
            EmitLoop(LoopReduction.Stripes);
        EmitLoop(1);
        EmitRotationsLeft();
        EmitResults();
        il.Emit(OpCodes.Ret);
        // A dynamic method is compiled when it is first called; let that be here, not in the middle of the first step.
        LoopBody body = method.CreateDelegate<LoopBody>();
        RunEmpty(body);
        return body;
    }

    unsafe void RunEmpty(LoopBody body)
    {
        float* scratch = stackalloc float[LoopProgram.Lanes];
        float** pointers = stackalloc float*[program.Operands];
        nint* noSteps = stackalloc nint[program.Operands];
        for (int k = 0; k < program.Operands; k++)
        {
            pointers[k] = scratch;
            noSteps[k] = 0;
        }
        body(pointers, noSteps, 0);
    }

    /// <summary>
    /// A loop while at least <paramref name="unroll"/> iterations are left. One iteration combines into stripe 0, then
    /// rotates the stripes; unrolled by their number, each names its own, and none has to be moved.
    /// </summary>
    void EmitLoop(int unroll)
    {
        Label top = il.DefineLabel(), end = il.DefineLabel();
        EmitJumpIfLeftLess(unroll, end);
        il.MarkLabel(top);
        for (int i = 0; i < unroll; i++)
            EmitIteration(i);
        if (unroll == 1)
            EmitRotation();
        EmitCountDown(unroll, top);
        il.MarkLabel(end);
    }

    void EmitJumpIfLeftLess(int iterations, Label target)
    {
        il.Emit(OpCodes.Ldloc, left);
        EmitInteger(iterations);
        il.Emit(OpCodes.Blt, target);
    }

    /// <summary>After (count mod 4) rotations: as many as are missing to 4.</summary>
    void EmitRotationsLeft()
    {
        if (!program.Reduces)
            return;
        Label top = il.DefineLabel(), end = il.DefineLabel();
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Neg);
        EmitInteger(LoopReduction.Stripes - 1);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Stloc, left);
        EmitJumpIfLeftLess(1, end);
        il.MarkLabel(top);
        EmitRotation();
        EmitCountDown(1, top);
        il.MarkLabel(end);
    }

    void EmitRotation()
    {
        foreach (LocalBuilder[] stripe in stripes.Where(stripe => stripe.Length > 0))
        {
            il.Emit(OpCodes.Ldloc, stripe[0]);
            for (int i = 1; i < stripe.Length; i++)
            {
                il.Emit(OpCodes.Ldloc, stripe[i]);
                il.Emit(OpCodes.Stloc, stripe[i - 1]);
            }
            il.Emit(OpCodes.Stloc, stripe[^1]);
        }
    }

    LocalBuilder[] Locals(int count, Type type) => [.. Enumerable.Range(0, count).Select(_ => il.DeclareLocal(type))];

    void EmitStart()
    {
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Stloc, left);
        for (int k = 0; k < program.Operands; k++)
        {
            EmitElement(OpCodes.Ldarg_0, k);
            il.Emit(OpCodes.Stloc, pointers[k]);
            EmitElement(OpCodes.Ldarg_1, k);
            EmitInteger(sizeof(float));
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Stloc, steps[k]);
        }
        for (int k = 0; k < stripes.Length; k++)
        {
            foreach (LocalBuilder stripe in stripes[k])
            {
                EmitConstant(LoopReduction.Identity(program.Outputs[k].Kind));
                il.Emit(OpCodes.Stloc, stripe);
            }
        }
    }

    /// <summary>Pushes element <paramref name="k"/> of an argument that points to words of a pointer's size.</summary>
    void EmitElement(OpCode argument, int k)
    {
        il.Emit(argument);
        EmitInteger(k);
        il.Emit(OpCodes.Sizeof, typeof(nint));
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldind_I);
    }

    void EmitIteration(int stripe)
    {
        for (int k = 0; k < program.Inputs.Length; k++)
        {
            if (!used[k])
                continue;
            il.Emit(OpCodes.Ldloc, pointers[k]);
            if (program.Inputs[k] == OperandKind.Vector)
            {
                il.Emit(OpCodes.Unaligned, (byte)sizeof(float));
                il.Emit(OpCodes.Ldobj, typeof(V));
            }
            else
            {
                il.Emit(OpCodes.Ldind_R4);
                il.Emit(OpCodes.Call, Broadcast);
            }
            il.Emit(OpCodes.Stloc, values[k]);
            EmitAdvance(k);
        }
        for (int i = 0; i < program.Instructions.Length; i++)
        {
            LoopInstruction instruction = program.Instructions[i];
            for (int k = 0; k < instruction.Arity; k++)
                EmitValue(instruction.Operand(k));
            il.Emit(OpCodes.Call, instruction.Method);
            il.Emit(OpCodes.Stloc, values[program.FirstResult + i]);
        }
        for (int k = 0; k < program.Outputs.Length; k++)
            EmitOutput(k, stripe);
    }

    void EmitOutput(int k, int stripe)
    {
        (int value, OutputKind kind) = program.Outputs[k];
        if (kind == OutputKind.Store)
        {
            int operand = program.Inputs.Length + k;
            il.Emit(OpCodes.Ldloc, pointers[operand]);
            EmitValue(value);
            EmitStore();
            EmitAdvance(operand);
            return;
        }
        il.Emit(OpCodes.Ldloc, stripes[k][stripe]);
        EmitValue(value);
        il.Emit(OpCodes.Call, kind == OutputKind.Sum ? Add : Maximum);
        il.Emit(OpCodes.Stloc, stripes[k][stripe]);
    }

    void EmitResults()
    {
        for (int k = 0; k < program.Outputs.Length; k++)
        {
            if (program.Outputs[k].Kind == OutputKind.Store)
                continue;
            MethodInfo combine = program.Outputs[k].Kind == OutputKind.Sum ? Add : Maximum;
            il.Emit(OpCodes.Ldloc, pointers[program.Inputs.Length + k]);
            il.Emit(OpCodes.Ldloc, stripes[k][0]);
            il.Emit(OpCodes.Ldloc, stripes[k][1]);
            il.Emit(OpCodes.Call, combine);
            il.Emit(OpCodes.Ldloc, stripes[k][2]);
            il.Emit(OpCodes.Ldloc, stripes[k][3]);
            il.Emit(OpCodes.Call, combine);
            il.Emit(OpCodes.Call, combine);
            EmitStore();
        }
    }

    void EmitValue(int value)
    {
        int constant = value - program.Inputs.Length;
        if (constant >= 0 && constant < program.Constants.Length)
            EmitConstant(program.Constants[constant]);
        else
            il.Emit(OpCodes.Ldloc, values[value]);
    }

    void EmitConstant(float value)
    {
        il.Emit(OpCodes.Ldc_R4, value);
        il.Emit(OpCodes.Call, Broadcast);
    }

    void EmitStore()
    {
        il.Emit(OpCodes.Unaligned, (byte)sizeof(float));
        il.Emit(OpCodes.Stobj, typeof(V));
    }

    void EmitAdvance(int operand)
    {
        il.Emit(OpCodes.Ldloc, pointers[operand]);
        il.Emit(OpCodes.Ldloc, steps[operand]);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, pointers[operand]);
    }

    void EmitCountDown(int iterations, Label again)
    {
        il.Emit(OpCodes.Ldloc, left);
        EmitInteger(iterations);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, left);
        il.Emit(OpCodes.Ldloc, left);
        EmitInteger(iterations);
        il.Emit(OpCodes.Bge, again);
    }

    void EmitInteger(int value)
    {
        il.Emit(OpCodes.Ldc_I4, value);
        il.Emit(OpCodes.Conv_I);
    }
}
