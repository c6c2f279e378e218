namespace Ceteris.Data;

/// <summary>
/// Published sets known by their <see cref="ImageSet.Sha256">content</see>, so that a local copy is recognised whatever
/// compressed or converted it. MNIST's are those of the files whose uncompressed SHA-256 begin with ba891046, 65a50cbb
/// (training) and 0fa7898d, ff7bcfd4 (test).
/// </summary>
public static class KnownContent
{
    static readonly (string Sha256, string Set)[] Entries =
    [
        ("be388b744db40993fef36b2915447c152c4dac9a3498cde9ce17313222189414", "mnist"),
        ("d12a280a47f2f8f7cce73e1db21560dbf428eea419232daba990fe9542bb35e0", "mnist"),
    ];

    /// <summary>The name of the data set that a content belongs to, or null.</summary>
    public static string? SetOf(string sha256) => Entries.FirstOrDefault(entry => entry.Sha256 == sha256).Set;

    /// <summary>Whether a set's published content is known.</summary>
    public static bool Knows(string set) => Entries.Any(entry => entry.Set == set);
}
