using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Ceteris.Kernels;

/// <summary>Up to four tiles, of any samples, that <see cref="Winograd"/> treats together.</summary>
struct TileBatch
{
    [InlineArray(Winograd.TileBlock)]
    struct Tiles
    {
        WinogradTile first;
    }

    Tiles tiles;

    public int Count { get; private set; }

    [UnscopedRef]
    public readonly ref readonly WinogradTile this[int index] => ref tiles[index];

    /// <summary>
    /// Tiles of all groups numbered through; <paramref name="sourceGroup"/> and <paramref name="targetGroup"/> are the
    /// floats of a group.
    /// </summary>
    public void Set(WinogradGrid grid, int first, int count, nint sourceGroup, nint targetGroup)
    {
        Count = count;
        for (int j = 0; j < count; j++)
        {
            (int group, int tile) = Math.DivRem(first + j, grid.Tiles);
            tiles[j] = grid.Tile(tile);
            tiles[j].Source += group * sourceGroup;
            tiles[j].Target += group * targetGroup;
        }
    }
}
