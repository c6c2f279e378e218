using Ceteris.Compiler;
using Ceteris.Kernels;

namespace Ceteris.Studies;

/// <summary>
/// A copy of all variables from at most <see cref="Every"/> steps ago: from there the bad step of a diverging run is
/// found again, by repeating less than that many steps. So the copy costs next to nothing, and nothing is tested in a
/// step but its loss.
/// </summary>
sealed class RecentVariables(VariableStore variables) : IDisposable
{
    public const int Every = 32;

    readonly NativeBuffer[] copies =
    [
        .. variables.Paths.Select(path => new NativeBuffer(variables[path].Length, $"a copy of the variable {path}")),
    ];

    public TrainingState.Mark At { get; private set; }

    /// <summary>Whether it is time for a new copy.</summary>
    public bool IsOld(long step) => step - At.Step >= Every;

    public void Take(in TrainingState.Mark at)
    {
        for (int i = 0; i < copies.Length; i++)
            variables[variables.Paths[i]].CopyTo(copies[i].Span);
        At = at;
    }

    public void Restore()
    {
        for (int i = 0; i < copies.Length; i++)
            copies[i].Span.CopyTo(variables[variables.Paths[i]]);
    }

    public void Dispose()
    {
        foreach (NativeBuffer copy in copies)
            copy.Dispose();
    }
}
