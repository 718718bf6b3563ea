using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Espalier.Files;

/// <summary>Values to and from little-endian bytes, on machines of either order.</summary>
internal static class LittleEndian
{
    public static byte[] Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(values).ToArray();
        ToMachine(bytes, Unsafe.SizeOf<T>());
        return bytes;
    }

    public static T[] Values<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged
    {
        T[] values = new T[bytes.Length / Unsafe.SizeOf<T>()];
        Span<byte> target = MemoryMarshal.AsBytes(values.AsSpan());
        bytes.CopyTo(target);
        ToMachine(target, Unsafe.SizeOf<T>());
        return values;
    }

    /// <summary>Turns values of some bytes each into the machine's order, or back.</summary>
    public static void ToMachine(Span<byte> bytes, int size)
    {
        if (BitConverter.IsLittleEndian)
            return;
        for (int i = 0; i < bytes.Length; i += size)
            bytes.Slice(i, size).Reverse();
    }
}
