namespace Espalier.Data;

/// <summary>Brings images to one size and number of channels, as torchvision's Resize, CenterCrop and Grayscale do.</summary>
internal static class ImageFit
{
    /// <summary>Fits an image.</summary>
    /// <param name="image">In colour.</param>
    /// <param name="options">How.</param>
    /// <param name="size">The size wanted.</param>
    /// <returns>Height · width · channels bytes.</returns>
    public static byte[] Fit(ColourImage image, OwnImageOptions options, (int Height, int Width) size)
    {
        if ((image.Height, image.Width) != size)
            image = options.Stretch ? Resampling.Resize(image, size.Height, size.Width) : Cropped(image, size);
        return options.Channels == 3 ? image.Pixels : Grey(image.Pixels);
    }

    /// <summary>As large as it must be to cover the size, then its middle.</summary>
    private static ColourImage Cropped(ColourImage image, (int Height, int Width) size)
    {
        (int height, int width) =
            (long)image.Height * size.Width < (long)image.Width * size.Height
                ? (size.Height, Math.Max(size.Width, (int)((long)size.Height * image.Width / image.Height)))
                : (Math.Max(size.Height, (int)((long)size.Width * image.Height / image.Width)), size.Width);
        // A strip of a pixel's width would be enlarged without end before its middle is taken: it is stretched.
        if (Math.Max(height, width) > Longest)
            return Resampling.Resize(image, size.Height, size.Width);
        ColourImage resized = Resampling.Resize(image, height, width);
        int top = (int)Math.Round((height - size.Height) / 2.0),
            left = (int)Math.Round((width - size.Width) / 2.0);
        byte[] pixels = new byte[size.Height * size.Width * 3];
        for (int y = 0; y < size.Height; y++)
            resized.Pixels.AsSpan(((top + y) * width + left) * 3, size.Width * 3).CopyTo(pixels.AsSpan(y * size.Width * 3));
        return new ColourImage(size.Height, size.Width, pixels);
    }

    private const int Longest = 1 << 14;

    /// <summary>Luma of ITU-R BT.601 in whole numbers.</summary>
    private static byte[] Grey(byte[] pixels)
    {
        byte[] grey = new byte[pixels.Length / 3];
        for (int i = 0; i < grey.Length; i++)
            grey[i] = (byte)((pixels[3 * i] * 19595 + pixels[3 * i + 1] * 38470 + pixels[3 * i + 2] * 7471 + 0x8000) >> 16);
        return grey;
    }
}
