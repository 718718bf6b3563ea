using System.Buffers.Binary;

namespace Espalier.Images;

/// <summary>Looks at the first bytes of an image: what it is, how large it claims to be, and whether its numbers are bytes.</summary>
internal static class ImageHeader
{
    private static readonly (byte[] Start, string Name)[] s_others =
    [
        ("GIF8"u8.ToArray(), "a GIF image"),
        ("II*\0"u8.ToArray(), "a TIFF image"),
        ("MM\0*"u8.ToArray(), "a TIFF image"),
        ([0, 0, 1, 0], "an icon"),
        ("<svg"u8.ToArray(), "an SVG picture"),
    ];

    /// <summary>What is wrong with a file, in words that follow its name; null if it may be decoded.</summary>
    public static string? Refusal(ReadOnlySpan<byte> file)
    {
        const string Expected = "expected JPEG, PNG, WebP or BMP";
        if (file.IsEmpty)
            return $"is an empty file; {Expected}";
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]))
            return OfPng(file);
        if (file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]))
            return OfJpeg(file);
        if (file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
            return null;
        if (file.Length > 26 && file.StartsWith("BM"u8))
            return null;
        foreach ((byte[] start, string name) in s_others)
            if (file.StartsWith(start))
                return $"is {name}; {Expected}";
        return $"is no image; {Expected}";
    }

    private static string? OfPng(ReadOnlySpan<byte> file)
    {
        if (file.Length < 26 || !file[12..].StartsWith("IHDR"u8))
            return "is cut off: it has no header";
        uint width = BinaryPrimitives.ReadUInt32BigEndian(file[16..]),
            height = BinaryPrimitives.ReadUInt32BigEndian(file[20..]);
        return file[24] > 8 ? $"has {file[24]} bits a channel; expected 8" : TooLarge(width, height);
    }

    private static string? OfJpeg(ReadOnlySpan<byte> file)
    {
        // Segments follow each other, each with its length, up to the first scan.
        for (int at = 2; at + 4 <= file.Length; )
        {
            if (file[at] != 0xff)
                return "is a damaged image: a segment does not begin as it should";
            byte marker = file[at + 1];
            if (marker == 0xff)
            {
                at++;
                continue;
            }
            if (marker is 0xda or 0xd9)
                break;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc) && at + 10 <= file.Length)
                return file[at + 4] != 8 ? $"has {file[at + 4]} bits a channel; expected 8"
                    : file[at + 9] is not (1 or 3)
                        ? $"has {file[at + 9]} channels, as images for print have (CMYK); expected grey or colour: save it as RGB"
                    : TooLarge(
                        BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]),
                        BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..])
                    );
            at += 2 + Math.Max(2, length);
        }
        return "is cut off: it does not say how large it is";
    }

    private static string? TooLarge(long width, long height) =>
        width * height > ImageDecoder.MostPixels
            ? $"claims {height}x{width} pixels; at most {ImageDecoder.MostPixels} in all were expected"
            : null;
}
