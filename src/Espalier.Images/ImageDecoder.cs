using System.Buffers;
using Espalier.Data;
using SkiaSharp;

namespace Espalier.Images;

/// <summary>
/// Decodes JPEG, PNG, WebP and BMP to 8 bits of red, green and blue, as Pillow's <c>convert("RGB")</c> does: transparency is left out, and
/// what the camera says of its position is not followed.
/// </summary>
public sealed class ImageDecoder : IImageDecoder
{
    /// <summary>The most pixels an image may have.</summary>
    public const long MostPixels = 50_000_000;

    /// <inheritdoc/>
    public ColourImage Decode(byte[] file, string path)
    {
        using DecodedWindow whole = Decode(file, path, (height, width) => new ImageWindow(0, 0, height, width));
        byte[] colours = new byte[whole.Width * whole.Height * 3];
        for (int y = 0, to = 0; y < whole.Height; y++)
        {
            ReadOnlySpan<byte> line = whole.Pixels.AsSpan(whole.First + y * whole.Stride, whole.Width * 4);
            for (int x = 0; x + 3 < line.Length; x += 4, to += 3)
                (colours[to], colours[to + 1], colours[to + 2]) = (line[x], line[x + 1], line[x + 2]);
        }
        return new ColourImage(whole.Height, whole.Width, colours);
    }

    /// <inheritdoc/>
    public DecodedWindow Decode(ReadOnlyMemory<byte> file, string path, WindowChoice choose) => DecodeScaled(file, path, choose, _ => 1);

    /// <inheritdoc/>
    public unsafe DecodedWindow DecodeScaled(ReadOnlyMemory<byte> file, string path, WindowChoice choose, Func<ImageWindow, double> most)
    {
        // Of what Skia would take and change without a word.
        if (ImageHeader.Refusal(file.Span) is { } refusal)
            throw new InputException($"'{path}' {refusal}.");
        using MemoryHandle pinned = file.Pin();
        using SKData data = SKData.Create((nint)pinned.Pointer, file.Length);
        using SKCodec codec =
            SKCodec.Create(data) ?? throw new InputException($"'{path}' is a damaged image: nothing of it can be decoded.");
        SKImageInfo info = codec.Info;
        if (info.Width < 1 || info.Height < 1 || (long)info.Width * info.Height > MostPixels)
            throw new InputException($"'{path}' has {info.Height}x{info.Width} pixels; at most {MostPixels} in all were expected.");
        ImageWindow part = choose(info.Height, info.Width);
        // Pixels as they lie in the file: no conversion to another space of colours.
        var wanted = new SKImageInfo(info.Width, info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, info.ColorSpace);
        if (
            codec.EncodedFormat == SKEncodedImageFormat.Jpeg
            && (ScaledJpeg.Decode(codec, wanted, part, most(part), file.Span) ?? JpegPart.Decode(codec, wanted, part, file.Span))
                is { } found
        )
            return found;
        byte[] pixels = ArrayPool<byte>.Shared.Rent(info.Width * info.Height * 4);
        try
        {
            SKCodecResult result;
            fixed (byte* target = pixels)
                result = codec.GetPixels(wanted, (nint)target);
            if (result != SKCodecResult.Success)
                throw new InputException(
                    result == SKCodecResult.IncompleteInput
                        ? $"'{path}' is cut off: part of the image is missing."
                        : $"'{path}' is a damaged image."
                );
            int stride = info.Width * 4;
            return new DecodedWindow(pixels, part.Top * stride + part.Left * 4, stride, 4, part.Height, part.Width, isRented: true);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(pixels);
            throw;
        }
    }
}
