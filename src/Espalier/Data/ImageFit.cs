namespace Espalier.Data;

/// <summary>Brings images to one size and number of channels, as torchvision's Resize, CenterCrop and Grayscale do.</summary>
internal static class ImageFit
{
    private const int Longest = 1 << 14;

    /// <summary>Fits an image.</summary>
    /// <param name="image">In colour.</param>
    /// <param name="options">How.</param>
    /// <param name="size">The size wanted.</param>
    /// <returns>Height · width · channels bytes.</returns>
    public static byte[] Fit(ColourImage image, OwnImageOptions options, (int Height, int Width) size)
    {
        byte[] target = new byte[size.Height * size.Width * options.Channels];
        using DecodedWindow whole = new(image.Pixels, 0, image.Width * 3, 3, image.Height, image.Width);
        Fit(whole, options, size, target);
        return target;
    }

    /// <summary>Fits a whole image into height · width · channels bytes.</summary>
    public static void Fit(DecodedWindow image, OwnImageOptions options, (int Height, int Width) size, Span<byte> target)
    {
        (int height, int width) =
            (options.ResizeTo is null && (image.Height, image.Width) == size) || options.Stretch ? size : Resized(image, options, size);
        // Half a pixel goes to the even side, as Python rounds.
        Write(
            image,
            height,
            width,
            new ImageWindow(
                (int)Math.Round((height - size.Height) / 2.0),
                (int)Math.Round((width - size.Width) / 2.0),
                size.Height,
                size.Width
            ),
            options.Channels,
            target
        );
    }

    /// <summary>Resizes a part of an image to height · width · channels bytes.</summary>
    public static void Stretch(DecodedWindow part, int channels, (int Height, int Width) size, Span<byte> target) =>
        Write(part, size.Height, size.Width, new ImageWindow(0, 0, size.Height, size.Width), channels, target);

    /// <summary>The size of an image whose shorter side is as wanted, or that covers the size.</summary>
    private static (int Height, int Width) Resized(DecodedWindow image, OwnImageOptions options, (int Height, int Width) size)
    {
        (int toHeight, int toWidth) = options.ResizeTo is { } shorter ? (shorter, shorter) : size;
        (int height, int width) =
            (long)image.Height * toWidth < (long)image.Width * toHeight
                ? (toHeight, Math.Max(toWidth, (int)((long)toHeight * image.Width / image.Height)))
                : (Math.Max(toHeight, (int)((long)toWidth * image.Height / image.Width)), toWidth);
        // A strip of a pixel's width would be enlarged without end before its middle is taken: it is stretched.
        return Math.Max(height, width) > Longest ? size : (height, width);
    }

    private static void Write(DecodedWindow from, int height, int width, ImageWindow wanted, int channels, Span<byte> target)
    {
        if (channels == (from.Step == 1 ? 1 : 3))
        {
            Resampling.Resize(from, height, width, wanted, target);
            return;
        }
        byte[] colours = new byte[wanted.Height * wanted.Width * 3];
        Resampling.Resize(from, height, width, wanted, colours);
        Grey(colours, target);
    }

    /// <summary>Luma of ITU-R BT.601 in whole numbers.</summary>
    private static void Grey(byte[] pixels, Span<byte> grey)
    {
        for (int i = 0; i < grey.Length; i++)
            grey[i] = (byte)((pixels[3 * i] * 19595 + pixels[3 * i + 1] * 38470 + pixels[3 * i + 2] * 7471 + 0x8000) >> 16);
    }
}
