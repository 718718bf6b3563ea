using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Espalier.Onnx.Values;

/// <summary>Numbers of 32 bits as files have them.</summary>
internal static class LittleEndianFloats
{
    /// <summary>Reads as many as fit.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        bytes[..(4 * values.Length)].CopyTo(MemoryMarshal.AsBytes(values));
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(values), MemoryMarshal.Cast<float, int>(values));
    }
}
