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
        Fit(whole, Resized(image.Height, image.Width, options, size), options, size, target);
        return target;
    }

    /// <summary>Resizes a whole image, and cuts the middle out into height · width · channels bytes.</summary>
    public static void Fit(
        DecodedWindow image,
        (int Height, int Width) resized,
        OwnImageOptions options,
        (int Height, int Width) size,
        Span<byte> target
    )
    {
        // Half a pixel goes to the even side, as Python rounds.
        Write(
            image,
            resized.Height,
            resized.Width,
            new ImageWindow(
                (int)Math.Round((resized.Height - size.Height) / 2.0),
                (int)Math.Round((resized.Width - size.Width) / 2.0),
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

    /// <summary>What an image is resized to: its shorter side is as wanted, or it covers the size, or is stretched to it.</summary>
    public static (int Height, int Width) Resized(int rows, int columns, OwnImageOptions options, (int Height, int Width) size)
    {
        if (options.Stretch || (options.ResizeTo is null && (rows, columns) == size))
            return size;
        (int toHeight, int toWidth) = options.ResizeTo is { } shorter ? (shorter, shorter) : size;
        (int height, int width) =
            (long)rows * toWidth < (long)columns * toHeight
                ? (toHeight, Math.Max(toWidth, (int)((long)toHeight * columns / rows)))
                : (Math.Max(toHeight, (int)((long)toWidth * rows / columns)), toWidth);
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
