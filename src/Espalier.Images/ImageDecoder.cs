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
        // Of what Skia would take and change without a word.
        if (ImageHeader.Refusal(file) is { } refusal)
            throw new InputException($"'{path}' {refusal}.");
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec =
            SKCodec.Create(data) ?? throw new InputException($"'{path}' is a damaged image: nothing of it can be decoded.");
        SKImageInfo info = codec.Info;
        if (info.Width < 1 || info.Height < 1 || (long)info.Width * info.Height > MostPixels)
            throw new InputException($"'{path}' has {info.Height}x{info.Width} pixels; at most {MostPixels} in all were expected.");
        // Pixels as they lie in the file: no conversion to another space of colours.
        var wanted = new SKImageInfo(info.Width, info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, info.ColorSpace);
        using SKBitmap bitmap = new(wanted);
        SKCodecResult result = codec.GetPixels(wanted, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new InputException(
                $"'{path}' is {(result == SKCodecResult.IncompleteInput ? "cut off: part of the image is missing" : "a damaged image")}."
            );
        return new ColourImage(info.Height, info.Width, Colours(bitmap));
    }

    private static byte[] Colours(SKBitmap bitmap)
    {
        byte[] colours = new byte[bitmap.Width * bitmap.Height * 3];
        ReadOnlySpan<byte> pixels = bitmap.GetPixelSpan();
        for (int y = 0, to = 0; y < bitmap.Height; y++)
        {
            ReadOnlySpan<byte> line = pixels.Slice(y * bitmap.RowBytes, bitmap.Width * 4);
            for (int x = 0; x + 3 < line.Length; x += 4, to += 3)
            {
                colours[to] = line[x];
                colours[to + 1] = line[x + 1];
                colours[to + 2] = line[x + 2];
            }
        }
        return colours;
    }
}
