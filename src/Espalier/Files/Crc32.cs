using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Espalier.Files;

/// <summary>
/// The checksum of zip entries (polynomial 0xEDB88320, reflected): 64 bytes a step by products without carries where the processor has
/// them, otherwise eight.
/// </summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Step = 8,
        Block = 64;

    // Table k holds what a byte contributes that k more bytes follow.
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>Of all bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Of bytes that follow others.</summary>
    /// <param name="crc">That of the others; 0 for none.</param>
    /// <param name="bytes">What follows.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        if (Pclmulqdq.IsSupported && bytes.Length >= 2 * Block)
        {
            int whole = bytes.Length & -Block;
            crc = Folded(crc, bytes[..whole]);
            bytes = bytes[whole..];
        }
        return ~ByTables(crc, bytes);
    }

    /// <summary>One byte after the other, to hold the others to.</summary>
    internal static uint ByTables(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint[] t0 = Tables[0],
            t1 = Tables[1],
            t2 = Tables[2],
            t3 = Tables[3],
            t4 = Tables[4],
            t5 = Tables[5],
            t6 = Tables[6],
            t7 = Tables[7];
        while (bytes.Length >= Step)
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes),
                high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc =
                t7[(byte)low]
                ^ t6[(byte)(low >> 8)]
                ^ t5[(byte)(low >> 16)]
                ^ t4[low >> 24]
                ^ t3[(byte)high]
                ^ t2[(byte)(high >> 8)]
                ^ t1[(byte)(high >> 16)]
                ^ t0[high >> 24];
            bytes = bytes[Step..];
        }
        foreach (byte value in bytes)
            crc = t0[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    /// <summary>
    /// Four lanes of 16 bytes, each multiplied by x to the distance it is moved, modulo the polynomial (Gopal et al., Fast CRC Computation
    /// Using PCLMULQDQ, Intel 2009); what is left, 16 bytes with the same remainder, goes through the tables.
    /// </summary>
    /// <param name="crc">The register before.</param>
    /// <param name="bytes">A multiple of 64 of them, not none.</param>
    private static uint Folded(uint crc, ReadOnlySpan<byte> bytes)
    {
        // x^(d+32) and x^(d-32) modulo the polynomial, reflected, for d of 512 and 128 bits.
        Vector128<ulong> far = Vector128.Create(0x0154442bd4ul, 0x01c6e41596ul),
            near = Vector128.Create(0x01751997d0ul, 0x00ccaa009eul);
        Vector128<ulong> a = Load(bytes) ^ Vector128.CreateScalar((ulong)crc),
            b = Load(bytes[16..]),
            c = Load(bytes[32..]),
            d = Load(bytes[48..]);
        for (bytes = bytes[Block..]; bytes.Length >= Block; bytes = bytes[Block..])
        {
            a = Moved(a, far) ^ Load(bytes);
            b = Moved(b, far) ^ Load(bytes[16..]);
            c = Moved(c, far) ^ Load(bytes[32..]);
            d = Moved(d, far) ^ Load(bytes[48..]);
        }
        Vector128<ulong> all = Moved(Moved(Moved(a, near) ^ b, near) ^ c, near) ^ d;
        Span<byte> rest = stackalloc byte[16];
        all.AsByte().CopyTo(rest);
        return ByTables(0, rest);
    }

    private static Vector128<ulong> Load(ReadOnlySpan<byte> bytes) => Vector128.Create(bytes[..16]).AsUInt64();

    private static Vector128<ulong> Moved(Vector128<ulong> lane, Vector128<ulong> by) =>
        Pclmulqdq.CarrylessMultiply(lane, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, by, 0x11);

    private static uint[][] MakeTables()
    {
        uint[][] tables = [.. Enumerable.Range(0, Step).Select(_ => new uint[256])];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            tables[0][i] = crc;
        }
        for (int k = 1; k < Step; k++)
        for (int i = 0; i < 256; i++)
            tables[k][i] = tables[0][(byte)tables[k - 1][i]] ^ (tables[k - 1][i] >> 8);
        return tables;
    }
}
