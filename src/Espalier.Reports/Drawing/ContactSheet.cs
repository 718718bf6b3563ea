using Espalier.Data;
using Espalier.Files;
using SkiaSharp;

namespace Espalier.Reports.Drawing;

/// <summary>A picture of what is in an image set.</summary>
public static class ContactSheet
{
    private const int Gap = 2;
    private const int LargestImageSize = 64;
    private const int LargestSide = 32_767;

    /// <summary>
    /// Writes a PNG with one row a class: the first images of each. Small images are enlarged by a whole factor, pixel by pixel.
    /// </summary>
    /// <param name="set">Grey or colour images; of more than three channels the first three are drawn, of two the first.</param>
    /// <param name="path">The file; it appears under this name only when it is complete.</param>
    /// <param name="perClass">Images a row, at least 1; a class with fewer leaves room.</param>
    /// <exception cref="InputException">The number is impossible, the picture would be too large, or the file cannot be
    /// written.</exception>
    public static void WritePng(ImageSet set, string path, int perClass = 10)
    {
        if (perClass < 1)
            throw new InputException($"A contact sheet of {perClass} images a class was asked for; at least 1 was expected.");
        int scale = Math.Max(1, LargestImageSize / Math.Max(set.Width, set.Height));
        long width = (long)perClass * (set.Width * (long)scale + Gap) + Gap;
        long height = (long)set.Classes.Count * (set.Height * (long)scale + Gap) + Gap;
        if (width > LargestSide || height > LargestSide)
            throw new InputException(
                $"A contact sheet of {Counted.Of(perClass, "image")} of each of {set.Classes.Count} classes is {width}x{height} pixels; "
                    + $"at most {LargestSide} a side fit."
            );
        using SKBitmap sheet = new((int)width, (int)height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        sheet.Erase(SKColors.White);
        int[] drawn = new int[set.Classes.Count];
        for (int i = 0; i < set.Count; i++)
        {
            int label = set.Labels.Span[i];
            if (drawn[label] == perClass)
                continue;
            Draw(set, i, sheet, drawn[label]++ * (set.Width * scale + Gap) + Gap, label * (set.Height * scale + Gap) + Gap, scale);
        }
        Write(sheet, path);
    }

    private static void Draw(ImageSet set, int image, SKBitmap sheet, int left, int top, int scale)
    {
        byte[] pixels = new byte[set.ImageSize];
        set.Read(image, pixels);
        Span<byte> target = sheet.GetPixelSpan();
        int green = set.Channels >= 3 ? 1 : 0,
            blue = 2 * green;
        for (int y = 0; y < set.Height * scale; y++)
        {
            Span<byte> line = target.Slice((top + y) * sheet.RowBytes + left * 4, set.Width * scale * 4);
            for (int x = 0; x < set.Width * scale; x++)
            {
                ReadOnlySpan<byte> pixel = pixels.AsSpan((y / scale * set.Width + x / scale) * set.Channels, set.Channels);
                (line[4 * x], line[4 * x + 1], line[4 * x + 2]) = (pixel[blue], pixel[green], pixel[0]);
            }
        }
    }

    private static void Write(SKBitmap sheet, string path)
    {
        using SKData png = sheet.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }
}
