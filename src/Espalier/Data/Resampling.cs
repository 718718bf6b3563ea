namespace Espalier.Data;

/// <summary>
/// Changes the size of images by a triangle filter that is as wide as the change, first along rows, then along columns, in whole numbers:
/// the bits of Pillow's BILINEAR, which torchvision's Resize uses on images.
/// </summary>
internal static class Resampling
{
    private const int Bits = 22,
        Half = 1 << (Bits - 1);

    /// <summary>Resizes.</summary>
    public static ColourImage Resize(ColourImage image, int height, int width)
    {
        byte[] pixels = image.Pixels;
        if (width != image.Width)
            pixels = Along(pixels, image.Height, image.Width, 3, width);
        // Columns are the outer axis: a row of all channels moves as one.
        if (height != image.Height)
            pixels = Along(pixels, 1, image.Height, width * 3, height);
        return new ColourImage(height, width, pixels);
    }

    /// <summary>Resizes the middle axis of [outer, length, inner].</summary>
    private static byte[] Along(byte[] source, int outer, int length, int inner, int wanted)
    {
        byte[] target = new byte[checked(outer * wanted * inner)];
        int[] sums = new int[inner];
        double scale = (double)length / wanted,
            support = Math.Max(scale, 1);
        for (int to = 0; to < wanted; to++)
        {
            double centre = (to + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - support + 0.5)),
                end = Math.Min(length, (int)(centre + support + 0.5));
            int[] weights = Weights(first, end, centre, support);
            for (int o = 0; o < outer; o++)
            {
                ReadOnlySpan<byte> from = source.AsSpan((o * length + first) * inner, weights.Length * inner);
                Span<byte> into = target.AsSpan((o * wanted + to) * inner, inner);
                if (inner == 3)
                    Pixel(from, into, weights);
                else
                    Row(from, into, weights, sums);
            }
        }
        return target;
    }

    private static void Pixel(ReadOnlySpan<byte> from, Span<byte> to, int[] weights)
    {
        int red = Half,
            green = Half,
            blue = Half;
        foreach (int weight in weights)
        {
            red += from[0] * weight;
            green += from[1] * weight;
            blue += from[2] * weight;
            from = from[3..];
        }
        (to[0], to[1], to[2]) = (Byte(red), Byte(green), Byte(blue));
    }

    private static void Row(ReadOnlySpan<byte> from, Span<byte> to, int[] weights, Span<int> sums)
    {
        sums.Fill(Half);
        foreach (int weight in weights)
        {
            for (int i = 0; i < sums.Length; i++)
                sums[i] += from[i] * weight;
            from = from[sums.Length..];
        }
        for (int i = 0; i < sums.Length; i++)
            to[i] = Byte(sums[i]);
    }

    private static byte Byte(int sum) => (byte)Math.Clamp(sum >> Bits, 0, 255);

    private static int[] Weights(int first, int end, double centre, double support)
    {
        double[] exact = new double[end - first];
        double total = 0,
            inverse = 1 / support;
        for (int k = 0; k < exact.Length; k++)
            total += exact[k] = Math.Max(0, 1 - Math.Abs((k + first - centre + 0.5) * inverse));
        return [.. exact.Select(weight => (int)(0.5 + weight / total * (1 << Bits)))];
    }
}
