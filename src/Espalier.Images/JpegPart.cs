using System.Buffers;
using Espalier.Data;
using SkiaSharp;

namespace Espalier.Images;

/// <summary>
/// Decodes a part of a JPEG file: rows above it are passed over, those below it and columns far from it are not made. The pixels are those
/// of the whole image.
/// </summary>
internal static class JpegPart
{
    // Colour is kept at half the size and smoothed over its neighbours: with a block of it beside the part, pixels stay the same.
    private const int Margin = 32;

    // Where the end of the file is looked for.
    private const int Tail = 4096;

    /// <summary>The part; null where it must be looked for in the whole image.</summary>
    /// <param name="codec">Of the file.</param>
    /// <param name="info">The whole image, 4 bytes a pixel.</param>
    /// <param name="part">The part.</param>
    /// <param name="file">The file.</param>
    public static unsafe DecodedWindow? Decode(SKCodec codec, SKImageInfo info, ImageWindow part, ReadOnlySpan<byte> file)
    {
        if (!IsWhole(file) || (part.Height == info.Height && part.Width == info.Width))
            return null;
        int left = Math.Max(0, part.Left - Margin) / Margin * Margin,
            right = Math.Min(info.Width, part.Left + part.Width + Margin),
            stride = (right - left) * 4;
        var options = new SKCodecOptions(new SKRectI(left, 0, right, info.Height));
        if (codec.StartScanlineDecode(info, options) != SKCodecResult.Success)
            return null;
        if (part.Top > 0 && !codec.SkipScanlines(part.Top))
            return null;
        byte[] pixels = ArrayPool<byte>.Shared.Rent(part.Height * stride);
        int made;
        fixed (byte* target = pixels)
            made = codec.GetScanlines((nint)target, part.Height, stride);
        if (made == part.Height)
            return new DecodedWindow(pixels, (part.Left - left) * 4, stride, 4, part.Height, part.Width, isRented: true);
        ArrayPool<byte>.Shared.Return(pixels);
        return null;
    }

    /// <summary>Whether a file has its end. Of one that is cut off, whether it is refused must not depend on the part.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> file) =>
        file[Math.Max(0, file.Length - Tail)..].LastIndexOf((ReadOnlySpan<byte>)[0xff, 0xd9]) >= 0;
}
