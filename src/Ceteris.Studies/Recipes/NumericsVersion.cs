namespace Ceteris.Studies;

/// <summary>The version of the engine's numbers: it stands in every certificate and checkpoint.</summary>
public static class NumericsVersion
{
    /// <summary>
    /// Changes if and only if the bits of some result change; a test pins them. 2: batch statistics image by image,
    /// Winograd's transforms. 3: Winograd's transforms along rows. 4: their sums in chains of 24 terms; LeNet's second
    /// convolution by them.
    /// </summary>
    public const int Current = 4;
}
