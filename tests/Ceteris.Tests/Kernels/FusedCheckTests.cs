using Ceteris.Kernels;

namespace Ceteris.Tests;

public sealed class FusedCheckTests
{
    [Fact]
    public void Passes_here() => FusedCheck.Run();

    [Fact]
    public void Refuses_a_multiplication_and_an_addition()
    {
        var error = Assert.Throws<PlatformNotSupportedException>(
            () => FusedCheck.Verify("f", (float a, float b, float c) => a * b + c));
        Assert.Contains("expected 33800000, got 00000000", error.Message);
        Assert.Throws<PlatformNotSupportedException>(
            () => FusedCheck.Verify("f", (double a, double b, double c) => a * b + c));
    }

    [Fact]
    public void Refuses_a_float_emulated_in_double() => Assert.Throws<PlatformNotSupportedException>(
        () => FusedCheck.Verify("f", (float a, float b, float c) => (float)((double)a * b + c)));
}
