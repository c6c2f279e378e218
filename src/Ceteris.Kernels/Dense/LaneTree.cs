using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

/// <summary>The sum of 16 lanes by the one fixed tree: lanes i and i + 8, then i + 4, i + 2, i + 1.</summary>
static class LaneTree
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(V lanes)
    {
        Vector256<float> eight = lanes.GetLower() + lanes.GetUpper();
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.GetElement(0) + two.GetElement(1);
    }
}
