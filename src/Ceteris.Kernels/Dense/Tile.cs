using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>One step of a contraction: where its factors lie, in floats from the operands' bases.</summary>
readonly record struct Step(nint A, nint B);

/// <summary>
/// The work of the one micro-kernel behind every matrix product and convolution:
/// <c>C(r, j) (+)= Σₖ A(r, k) · B(k, j)</c> for up to <see cref="RowsFor"/> rows and <see cref="MaxColumns"/> columns
/// of 16 lanes. The contraction index k counts through three levels, groups · outer · inner, in this order; the first
/// two have constant strides, the inner one a table of steps. Every element is one chain of fused multiply-adds over k
/// in index order, starting at +0 (or at C, if <see cref="Accumulate"/>) and added to C if <see cref="Adds"/>, whose
/// result has +0 instead of −0: a chain that leaves out steps with a zero factor has the same bits. What a row has as
/// <see cref="Bias"/> is added to that.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct Tile
{
    public const int MaxRows = 6, MaxRowsOfColumn = 12, MaxColumns = 4, Lanes = 16;

    /// <summary>A(r, k) = A[r · ARow + offset(k)]: one float for all lanes, or (lane-wise) a vector of 16.</summary>
    public float* A;
    public nint ARow;

    /// <summary>B(k, j) = 16 floats at Bⱼ[BStart + offset(k)].</summary>
    public float* B0, B1, B2, B3;
    public nint BStart;

    /// <summary>C(r, j) = 16 floats at Cⱼ[CStart + r · CRow].</summary>
    public float* C0, C1, C2, C3;
    public nint CStart, CRow;

    public Step* Steps;
    public nint Inner;
    public nint Outer, AOuter, BOuter;
    public nint Groups, AGroup, BGroup;

    /// <summary>
    /// Memory that is wanted soon: so many lines of it for each of the groups are fetched into the second-level cache
    /// while the tile computes, a few at a time, because more would hold up its own loads. Tiles of 512 bits only.
    /// </summary>
    public float* Ahead;
    public nint AheadLines;

    /// <summary>Whether the chain goes on from C.</summary>
    public bool Accumulate;

    /// <summary>Whether the chain is a sum of its own that is then added to C.</summary>
    public bool Adds;

    /// <summary>One float for each row, added to the result as it is stored; null: none.</summary>
    public float* Bias;

    /// <summary>
    /// What is added to a row's sums as they are stored: for every sum s, s + (b + 0) is (s + 0) + b, and 0 alone
    /// leaves no −0.
    /// </summary>
    public readonly float Addend(int row) => Bias == null ? 0f : Bias[row] + 0f;

    /// <summary>
    /// Rows of a tile of so many columns: a single column takes twice as many, where there are registers for that.
    /// </summary>
    public static int RowsFor(int columns) =>
        columns == 1 && Vector512.IsHardwareAccelerated ? MaxRowsOfColumn : MaxRows;

    public void SetColumn(int column, float* b, float* c)
    {
        fixed (float** bs = &B0, cs = &C0)
        {
            bs[column] = b;
            cs[column] = c;
        }
    }

    /// <summary>Factor A is one float for all lanes.</summary>
    public void Run(int rows, int columns)
    {
        fixed (Tile* tile = &this)
            Invoke(Vector512.IsHardwareAccelerated ? Tile512.Broadcast : Tile256.Broadcast, tile, rows, columns);
    }

    /// <summary>Factor A is a vector: lanes are multiplied pairwise.</summary>
    public void RunLanewise(int rows, int columns)
    {
        fixed (Tile* tile = &this)
            Invoke(Vector512.IsHardwareAccelerated ? Tile512.Lanewise : Tile256.Lanewise, tile, rows, columns);
    }

    static void Invoke(nint[] kernels, Tile* tile, int rows, int columns) =>
        ((delegate*<Tile*, void>)kernels[(rows - 1) * MaxColumns + columns - 1])(tile);
}

/// <summary>
/// <paramref name="count"/> things in as few parts of at most <paramref name="most"/> as possible, all about equal.
/// </summary>
readonly struct Cut(int count, int most)
{
    readonly int size = count <= most ? count : count / PartsOf(count, most);
    readonly int larger = count <= most ? 0 : count % PartsOf(count, most);

    /// <summary>How many things part <paramref name="part"/> has.</summary>
    public int Size(int part) => part < larger ? size + 1 : size;

    static int PartsOf(int count, int most) => (count + most - 1) / most;
}

/// <summary>A number the compiler folds, so that one source serves every size of register tile.</summary>
interface ICount
{
    static abstract int Value { get; }
}

readonly struct One : ICount { public static int Value => 1; }
readonly struct Two : ICount { public static int Value => 2; }
readonly struct Three : ICount { public static int Value => 3; }
readonly struct Four : ICount { public static int Value => 4; }
readonly struct Five : ICount { public static int Value => 5; }
readonly struct Six : ICount { public static int Value => 6; }
readonly struct Seven : ICount { public static int Value => 7; }
readonly struct Eight : ICount { public static int Value => 8; }
readonly struct Nine : ICount { public static int Value => 9; }
readonly struct Ten : ICount { public static int Value => 10; }
readonly struct Eleven : ICount { public static int Value => 11; }
readonly struct Twelve : ICount { public static int Value => 12; }

/// <summary>How a step's factor A is read.</summary>
interface IFactor
{
    static abstract bool IsLanewise { get; }

    static abstract unsafe V Load512(float* a);

    static abstract unsafe Vector256<float> Load256(float* a);
}

readonly struct BroadcastFactor : IFactor
{
    public static bool IsLanewise => false;

    public static unsafe V Load512(float* a) => Vector512.Create(*a);

    public static unsafe Vector256<float> Load256(float* a) => Vector256.Create(*a);
}

readonly struct LanewiseFactor : IFactor
{
    public static bool IsLanewise => true;

    public static unsafe V Load512(float* a) => Vector512.Load(a);

    public static unsafe Vector256<float> Load256(float* a) => Vector256.Load(a);
}
