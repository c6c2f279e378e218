using Ceteris.Compiler;

namespace Ceteris.Networks;

/// <summary>Maximum over windows; the stride is the window unless given.   x [N, C, H, W] → y [N, C, OH, OW]</summary>
public sealed record MaxPool2d(Pair Window, Pair? Stride = null, Pair Padding = default, bool CeilMode = false) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x) => x.MaxPool2d(Window, Stride, Padding, CeilMode);
}

/// <summary>Mean over windows; the stride is the window unless given.   x [N, C, H, W] → y [N, C, OH, OW]</summary>
public sealed record AvgPool2d(Pair Window, Pair? Stride = null, Pair Padding = default, bool CeilMode = false,
    bool CountIncludePad = true) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x) =>
        x.AvgPool2d(Window, Stride, Padding, CeilMode, CountIncludePad);
}

/// <summary>Mean over bins that divide the image evenly.   x [N, C, H, W] → y [N, C, Size.H, Size.W]</summary>
public sealed record AdaptiveAvgPool2d(Pair Size) : Layer
{
    protected override Tensor Forward(Scope at, Tensor x) => x.AdaptiveAvgPool2d(Size);
}
