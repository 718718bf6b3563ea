using System.Buffers;
using Espalier.Data;
using SkiaSharp;

namespace Espalier.Images;

/// <summary>
/// Decodes a part of a JPEG file at a half, a quarter or an eighth of its size: of each block of 8 × 8 pixels libjpeg transforms the low
/// frequencies alone. Rows above the part are passed over, those below it are not made.
/// </summary>
internal static class ScaledJpeg
{
    private const int Most = 8;

    /// <summary>The part, its edges at the nearest pixel of the smaller image; null where it must be decoded at full size.</summary>
    /// <param name="codec">Of the file.</param>
    /// <param name="info">The whole image, 4 bytes a pixel.</param>
    /// <param name="part">The part, at full size.</param>
    /// <param name="most">By how much it may become smaller.</param>
    /// <param name="file">The file.</param>
    public static unsafe DecodedWindow? Decode(SKCodec codec, SKImageInfo info, ImageWindow part, double most, ReadOnlySpan<byte> file)
    {
        int by = 1;
        while (by < Most && 2 * by <= most)
            by *= 2;
        if (by == 1 || !JpegPart.IsWhole(file))
            return null;
        SKSizeI size = codec.GetScaledDimensions(1f / by);
        if (size != new SKSizeI((info.Width + by - 1) / by, (info.Height + by - 1) / by))
            return null;
        (int top, int bottom) = Edges(part.Top, part.Height, by, size.Height);
        (int left, int right) = Edges(part.Left, part.Width, by, size.Width);
        int rows = bottom - top,
            stride = size.Width * 4;
        if (codec.StartScanlineDecode(info.WithSize(size)) != SKCodecResult.Success || (top > 0 && !codec.SkipScanlines(top)))
            return null;
        byte[] pixels = ArrayPool<byte>.Shared.Rent(rows * stride);
        int made;
        fixed (byte* target = pixels)
            made = codec.GetScanlines((nint)target, rows, stride);
        if (made == rows)
            return new DecodedWindow(pixels, left * 4, stride, 4, rows, right - left, isRented: true);
        ArrayPool<byte>.Shared.Return(pixels);
        return null;
    }

    /// <summary>First pixel of a part, and the one after its last, in the smaller image.</summary>
    private static (int First, int End) Edges(int first, int length, int by, int size)
    {
        int end = Math.Min(size, (first + length + by / 2) / by);
        return (Math.Min((first + by / 2) / by, end - 1), end);
    }
}
