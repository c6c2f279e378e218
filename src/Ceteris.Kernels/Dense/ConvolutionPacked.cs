using System.Runtime.Intrinsics;

namespace Ceteris.Kernels;

public static unsafe partial class Convolution
{
    internal ref partial struct Rectangles
    {
        /// <summary>
        /// The same for a large image whose planes lie so that their pixels fall into few sets of the caches: those of
        /// a tile are brought together first, of many planes at a time.
        /// </summary>
        void Packed(TapPlan plan, float* panel)
        {
            Step* steps = stackalloc Step[Taps];
            tile.Steps = steps;
            for (int i = 0; i < plan.Rows.Length; i++)
            {
                for (int j = 0; j < plan.Columns.Length; j++)
                {
                    Step[] taps = plan.Steps[i * plan.Columns.Length + j];
                    if (taps.Length == 0 && !Accumulate)
                    {
                        Fill(plan.Rows[i], plan.Columns[j]);
                        continue;
                    }
                    for (int t = 0; t < taps.Length; t++)
                        steps[t] = new(taps[t].A, t * Gemm.PanelRow);
                    tile.Inner = taps.Length;
                    tile.BOuter = taps.Length * Gemm.PanelRow;
                    PackedRectangle(plan.Rows[i], plan.Columns[j], taps, panel);
                }
            }
        }

        void PackedRectangle(TapRun rows, TapRun columns, Step[] taps, float* panel)
        {
            int perGroup = rows.Count * columns.Count, pixels = perGroup * Groups;
            Cut tiles = new(pixels, Tile.MaxColumns), rowTiles = new(Rows, Tile.RowsFor(pixels));
            Cut passes = new(Planes, PanelTerms / Math.Max(1, taps.Length));
            nint* sources = stackalloc nint[Tile.MaxColumns];
            for (int pixel = 0, count, part = 0; pixel < pixels; pixel += count, part++)
            {
                count = tiles.Size(part);
                for (int j = 0; j < count; j++)
                {
                    (int group, int inGroup) = Math.DivRem(pixel + j, perGroup);
                    (int y, int x) = Math.DivRem(inGroup, columns.Count);
                    nint source = (nint)y * rows.SourceStep * SourceWidth + x * columns.SourceStep;
                    nint target = (nint)(rows.Start + y * rows.Step) * TargetWidth + columns.Start + x * columns.Step;
                    sources[j] = group * SourceGroup + source * Tile.Lanes;
                    tile.SetColumn(j, panel + j * Tile.Lanes, Target + group * TargetGroup + target * Tile.Lanes);
                }
                for (int plane = 0, pass = 0; plane < Planes; plane += (int)tile.Outer, pass++)
                {
                    tile.Outer = passes.Size(pass);
                    tile.Accumulate = Accumulate || plane > 0;
                    Pack(Source + plane * SourcePlane, taps, sources, count, panel);
                    float* weights = Weights + plane * WeightPlane;
                    for (int row = 0, size, rowPart = 0; row < Rows; row += size, rowPart++)
                    {
                        size = rowTiles.Size(rowPart);
                        tile.A = weights + row * WeightRow;
                        tile.CStart = row * TargetPlane;
                        tile.Bias = BiasOf(row, isLast: plane + (int)tile.Outer == Planes);
                        tile.Run(size, count);
                    }
                }
            }
        }

        /// <summary>Pixels that no tap meets, plane by plane.</summary>
        void Fill(TapRun rows, TapRun columns)
        {
            tile.Bias = Bias;
            for (int i = 0; i < Groups * Rows; i++)
            {
                (int group, int row) = Math.DivRem(i, Rows);
                V value = Vector512.Create(tile.Addend(row));
                for (int y = 0; y < rows.Count; y++)
                {
                    nint start = (nint)(rows.Start + y * rows.Step) * TargetWidth + columns.Start;
                    float* to = Target + group * TargetGroup + row * TargetPlane + start * Tile.Lanes;
                    for (int x = 0; x < columns.Count; x++, to += columns.Step * Tile.Lanes)
                        value.Store(to);
                }
            }
        }

        /// <summary>[plane][tap][pixel][16]</summary>
        readonly void Pack(float* from, Step[] taps, nint* sources, int count, float* to)
        {
            for (nint plane = 0; plane < tile.Outer; plane++, from += SourcePlane)
            {
                foreach (Step tap in taps)
                {
                    for (int j = 0; j < count; j++)
                        Vector512.Load(from + tap.B + sources[j]).Store(to + j * Tile.Lanes);
                    to += Gemm.PanelRow;
                }
            }
        }
    }
}
