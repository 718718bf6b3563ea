namespace Espalier.Data;

/// <summary>
/// Changes the size of images by a triangle filter that is as wide as the change, first along rows, then along columns, in whole numbers:
/// the bits of Pillow's BILINEAR, which torchvision's Resize uses on images.
/// </summary>
internal static class Resampling
{
    private const int Bits = 22;

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
        double scale = (double)length / wanted,
            support = Math.Max(scale, 1);
        for (int to = 0; to < wanted; to++)
        {
            double centre = (to + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - support + 0.5)),
                end = Math.Min(length, (int)(centre + support + 0.5));
            int[] weights = Weights(first, end, centre, support);
            for (int o = 0; o < outer; o++)
            for (int i = 0; i < inner; i++)
            {
                int sum = 1 << (Bits - 1);
                for (int k = 0; k < weights.Length; k++)
                    sum += source[(o * length + first + k) * inner + i] * weights[k];
                target[(o * wanted + to) * inner + i] = (byte)Math.Clamp(sum >> Bits, 0, 255);
            }
        }
        return target;
    }

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
