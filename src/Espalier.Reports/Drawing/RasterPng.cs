using System.Buffers.Binary;
using System.Text;

namespace Espalier.Reports.Drawing;

/// <summary>
/// A raster as a PNG file, a pixel a cell, two pixels a byte with a palette (PNG specification, third edition). Nothing is compressed, so
/// that the same cells are the same bytes whatever library of compression a machine has.
/// </summary>
internal static class RasterPng
{
    private const int Most = 16,
        Block = 65_535;
    private const uint Polynomial = 0xEDB88320,
        AdlerBase = 65_521;
    private static readonly byte[] s_signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>The file's bytes, in the colours of a white page; figures use such as are the same on a dark one.</summary>
    public static byte[] Of(IReadOnlyList<IReadOnlyList<Paint>> cells)
    {
        Paint[] palette = [.. cells.SelectMany(row => row).Distinct().Order()];
        if (palette.Length > Most)
            throw new ArgumentException($"{palette.Length} colours; expected at most {Most}", nameof(cells));
        int width = cells[0].Count,
            line = 1 + (width + 1) / 2;
        byte[] pixels = new byte[line * cells.Count];
        for (int y = 0; y < cells.Count; y++)
        for (int x = 0; x < width; x++)
            pixels[y * line + 1 + x / 2] |= (byte)(Array.IndexOf(palette, cells[y][x]) << (x % 2 == 0 ? 4 : 0));

        using var png = new MemoryStream();
        png.Write(s_signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), cells.Count);
        (header[8], header[9]) = (4, 3); // four bits a pixel, of a palette
        Chunk(png, "IHDR", header);
        Chunk(png, "PLTE", [.. palette.SelectMany(paint => Convert.FromHexString(Palette.Light(paint)[1..]))]);
        Chunk(png, "IDAT", Stored(pixels));
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>Bytes as zlib holds what it does not compress (RFC 1950, RFC 1951 section 3.2.4).</summary>
    private static byte[] Stored(byte[] bytes)
    {
        using var stream = new MemoryStream();
        stream.Write([0x78, 0x01]);
        for (int at = 0; at < bytes.Length; at += Block)
        {
            int length = Math.Min(Block, bytes.Length - at);
            stream.WriteByte(at + length == bytes.Length ? (byte)1 : (byte)0);
            stream.Write([(byte)length, (byte)(length >> 8), (byte)~length, (byte)(~length >> 8)]);
            stream.Write(bytes, at, length);
        }
        uint a = 1,
            b = 0;
        foreach (byte value in bytes)
        {
            a = (a + value) % AdlerBase;
            b = (b + a) % AdlerBase;
        }
        Big(stream, b << 16 | a);
        return stream.ToArray();
    }

    private static void Chunk(Stream png, string name, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        Big(png, (uint)content.Length);
        png.Write(named);
        uint crc = ~0u;
        foreach (byte value in named)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ Polynomial;
        }
        Big(png, ~crc);
    }

    private static void Big(Stream stream, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        stream.Write(bytes);
    }
}
