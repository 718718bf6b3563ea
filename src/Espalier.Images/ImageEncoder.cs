using Espalier.Data;
using SkiaSharp;

namespace Espalier.Images;

/// <summary>Writes JPEG files: baseline, colour at half the size, no profile.</summary>
public sealed class ImageEncoder : IImageEncoder
{
    /// <inheritdoc/>
    public byte[] Encode(ColourImage image, int quality)
    {
        using SKBitmap bitmap = new(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int y = 0, from = 0; y < image.Height; y++)
        {
            Span<byte> line = pixels.Slice(y * bitmap.RowBytes, image.Width * 4);
            for (int x = 0; x < line.Length; x += 4, from += 3)
                (line[x], line[x + 1], line[x + 2], line[x + 3]) = (
                    image.Pixels[from],
                    image.Pixels[from + 1],
                    image.Pixels[from + 2],
                    byte.MaxValue
                );
        }
        using SKData encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        return encoded.ToArray();
    }
}
