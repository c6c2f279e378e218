using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>
/// Writes a <see cref="LoopProgram"/> as the IL of a loop: one call for each instruction, which the JIT inlines. Pointers,
/// steps, values and accumulators are local variables, hence registers where there are enough.
/// </summary>
sealed class LoopEmitter
{
    internal static int StoreUnroll = 1;
    internal static bool Rotate;

    static readonly MethodInfo Broadcast = typeof(Vector512).GetMethod(nameof(Vector512.Create), [typeof(float)])!;
    static readonly MethodInfo Add = typeof(LoopReduction).GetMethod(nameof(LoopReduction.Add), BindingFlags.Static | BindingFlags.NonPublic)!;
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
        method = new("Loop", typeof(void), [typeof(float**), typeof(nint*), typeof(nint)], typeof(LoopEmitter).Module, true);
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
        int unroll = program.Reduces ? (Rotate ? 1 : LoopReduction.Stripes) : StoreUnroll;
        Label unrolled = il.DefineLabel(), rest = il.DefineLabel(), end = il.DefineLabel();
        if (unroll > 1)
        {
            il.MarkLabel(unrolled);
            il.Emit(OpCodes.Ldloc, left);
            EmitInteger(unroll);
            il.Emit(OpCodes.Blt, rest);
            for (int i = 0; i < unroll; i++)
                EmitIteration(i);
            EmitCountDown(unroll);
            il.Emit(OpCodes.Br, unrolled);
        }
        il.MarkLabel(rest);
        if (program.Reduces && !Rotate)
        {
            for (int i = 0; i < unroll - 1; i++)
            {
                il.Emit(OpCodes.Ldloc, left);
                il.Emit(OpCodes.Brfalse, end);
                EmitIteration(i);
                EmitCountDown(1);
            }
        }
        else
        {
            Label top = il.DefineLabel();
            il.Emit(OpCodes.Ldloc, left);
            il.Emit(OpCodes.Brfalse, end);
            il.MarkLabel(top);
            EmitIteration(0);
            if (Rotate) EmitRotate();
            EmitCountDown(1);
            il.Emit(OpCodes.Ldloc, left);
            il.Emit(OpCodes.Brtrue, top);
        }
        il.MarkLabel(end);
        if (Rotate && program.Reduces)
        {
            // undo
            for (int i = 0; i < 3; i++)
            {
                Label done = il.DefineLabel();
                il.Emit(OpCodes.Ldarg_2);
                EmitInteger(3);
                il.Emit(OpCodes.And);
                EmitInteger(3 - i);
                il.Emit(OpCodes.Bgt, done);
                il.Emit(OpCodes.Ldarg_2);
                EmitInteger(3);
                il.Emit(OpCodes.And);
                il.Emit(OpCodes.Brfalse, done);
                EmitRotate();
                il.MarkLabel(done);
            }
        }
        EmitResults();
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<LoopBody>();
    }

    void EmitRotate()
    {
        foreach (LocalBuilder[] s in stripes)
        {
            if (s.Length == 0) continue;
            il.Emit(OpCodes.Ldloc, s[0]);
            for (int i = 0; i < 3; i++)
            {
                il.Emit(OpCodes.Ldloc, s[i + 1]);
                il.Emit(OpCodes.Stloc, s[i]);
            }
            il.Emit(OpCodes.Stloc, s[3]);
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

    void EmitCountDown(int iterations)
    {
        il.Emit(OpCodes.Ldloc, left);
        EmitInteger(iterations);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, left);
    }

    void EmitInteger(int value)
    {
        il.Emit(OpCodes.Ldc_I4, value);
        il.Emit(OpCodes.Conv_I);
    }
}
