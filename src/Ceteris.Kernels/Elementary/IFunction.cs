namespace Ceteris.Kernels;

/// <summary>A function of one variable, for any number of lanes.</summary>
interface IFunction
{
    static abstract T Of<T>(T x)
        where T : struct, ILanes<T>;
}
