using System.Runtime.InteropServices;
using Xunit;
using NativeMemory = Espalier.Runtime.NativeMemory;

namespace Espalier.Tests.Runtime;

public class NativeMemorySpecs
{
    [Fact]
    public void Blocks_up_to_32_MB_stay_with_the_process_tuned_once_or_twice()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && HasGlibc(), "the settings are those of glibc");
        NativeMemory.Tune();
        NativeMemory.Tune();
        Assert.False(IsMappedOnItsOwn(16 << 20), "a block of 16 MB would be returned to the kernel");
        // Larger than any hole that other tests left.
        Assert.True(IsMappedOnItsOwn(1 << 30), "the check cannot tell the two kinds of block apart");
    }

    /// <summary>glibc keeps the size of a block in the word before it; bit 1 says that the block has a mapping of its own.</summary>
    private static bool IsMappedOnItsOwn(int bytes)
    {
        const long MappedBit = 2;
        nint block = Marshal.AllocHGlobal(bytes);
        try
        {
            return (Marshal.ReadIntPtr(block, -IntPtr.Size) & MappedBit) != 0;
        }
        finally
        {
            Marshal.FreeHGlobal(block);
        }
    }

    private static bool HasGlibc() =>
        NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "gnu_get_libc_version", out _);
}
