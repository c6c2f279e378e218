using System.Runtime.InteropServices;

namespace Ceteris.Kernels;

/// <summary>
/// Memory in pages of 2 MiB, where the system has them: a tensor then needs one entry of the translation buffer instead
/// of hundreds, which in a virtual machine are dear to look up. Only a wish: nothing depends on its being granted.
/// </summary>
static unsafe partial class HugePages
{
    /// <summary>Bytes from which a huge page is not mostly empty.</summary>
    public const nuint Worthwhile = Size / 2;

    const nuint Size = 1 << 21;
    const int AdviceHugePage = 14;

    /// <summary>
    /// Uninitialised memory that begins with a page; freed by <see cref="NativeMemory.AlignedFree"/>.
    /// </summary>
    public static void* Allocate(nuint bytes)
    {
        nuint whole = (bytes + Size - 1) / Size * Size;
        void* pointer = NativeMemory.AlignedAlloc(whole, Size);
        if (OperatingSystem.IsLinux())
            _ = Advise(pointer, whole, AdviceHugePage);
        return pointer;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
