using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Ceteris.Tests;

/// <summary>Operators to build loops of.</summary>
static class LoopOperators
{
    public static readonly MethodInfo[] Unary =
        [Get<Negate>(), Get<Absolute>(), Get<Relu>(), Get<Square>(), Get<SquareRoot>()];
    public static readonly MethodInfo[] Binary = [Get<Plus>(), Get<Minus>(), Get<Times>(), Get<Over>(), Get<Less>()];
    public static readonly MethodInfo[] Ternary = [Get<MultiplyAdd>(), Get<Select>()];

    public static MethodInfo Get<T>()
        where T : struct => typeof(T).GetMethod("Eval", BindingFlags.Static | BindingFlags.Public)!;

    public readonly struct Negate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x) => -x;
    }

    public readonly struct Absolute
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x) => Vector512.Abs(x);
    }

    public readonly struct Relu
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x) => Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, V.Zero), V.Zero, x);
    }

    public readonly struct Square
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x) => x * x;
    }

    public readonly struct SquareRoot
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x) => Vector512.Sqrt(x);
    }

    public readonly struct Plus
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x, V y) => x + y;
    }

    public readonly struct Minus
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x, V y) => x - y;
    }

    public readonly struct Times
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x, V y) => x * y;
    }

    public readonly struct Over
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x, V y) => x / y;
    }

    public readonly struct Less
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x, V y) => Vector512.ConditionalSelect(Vector512.LessThan(x, y), V.One, V.Zero);
    }

    public readonly struct MultiplyAdd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x, V y, V z) => Vector512.FusedMultiplyAdd(x, y, z);
    }

    public readonly struct Select
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Eval(V x, V y, V z) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, V.Zero), y, z);
    }
}
