using System.Buffers;

namespace Espalier.Data;

/// <summary>
/// Changes the size of images by a triangle filter that is as wide as the change, first along rows, then along columns, in whole numbers:
/// the bits of Pillow's BILINEAR, which torchvision's Resize uses on images.
/// </summary>
internal static class Resampling
{
    /// <summary>Resizes.</summary>
    public static ColourImage Resize(ColourImage image, int height, int width)
    {
        byte[] pixels = new byte[height * width * 3];
        using DecodedWindow whole = new(image.Pixels, 0, image.Width * 3, 3, image.Height, image.Width);
        Resize(whole, height, width, new ImageWindow(0, 0, height, width), pixels);
        return new ColourImage(height, width, pixels);
    }

    /// <summary>Resizes a part of an image, and makes of the result no more than is wanted.</summary>
    /// <param name="from">The part, as if nothing lay around it.</param>
    /// <param name="height">Rows that all of it becomes.</param>
    /// <param name="width">Columns that all of it becomes.</param>
    /// <param name="wanted">The part of the result.</param>
    /// <param name="target">Gets its height · width · channels bytes: one channel where a pixel has one byte, or else three.</param>
    /// <param name="vectors">Whether several numbers are taken at a time where the processor can; the bits are the same.</param>
    public static void Resize(DecodedWindow from, int height, int width, ImageWindow wanted, Span<byte> target, bool vectors = true)
    {
        var across = new ResamplingTaps(from.Width, width, wanted.Left, wanted.Width);
        var down = new ResamplingTaps(from.Height, height, wanted.Top, wanted.Height);
        int channels = from.Step == 1 ? 1 : 3,
            line = wanted.Width * channels;
        vectors &= VectorResampling.IsSupported;
        byte[] middle = ArrayPool<byte>.Shared.Rent((down.End - down.Begin) * line + VectorResampling.Overrun);
        for (int y = down.Begin; y < down.End; y++)
        {
            ReadOnlySpan<byte> row = from.Pixels.AsSpan(from.First + y * from.Stride);
            Span<byte> to = middle.AsSpan((y - down.Begin) * line, line + VectorResampling.Overrun);
            if (!(vectors && from.Step == 4 && VectorResampling.Across(row, across, to)))
                Across(row, from.Step, across, to);
        }
        for (int y = 0; y < wanted.Height; y++)
        {
            ReadOnlySpan<byte> rows = middle.AsSpan((down.First[y] - down.Begin) * line);
            Span<byte> to = target.Slice(y * line, line);
            int done = vectors ? VectorResampling.Down(rows, line, down.FoursOf(y), down.WeightsOf(y).Length, to) : 0;
            Down(rows, line, down.WeightsOf(y), to, done);
        }
        ArrayPool<byte>.Shared.Return(middle);
    }

    private static void Across(ReadOnlySpan<byte> row, int step, ResamplingTaps taps, Span<byte> to)
    {
        for (int x = 0; x < taps.First.Length; x++)
        {
            ReadOnlySpan<int> weights = taps.WeightsOf(x);
            if (step == 1)
            {
                int sum = ResamplingTaps.Half;
                for (int k = 0; k < weights.Length; k++)
                    sum += row[taps.First[x] + k] * weights[k];
                to[x] = Byte(sum);
                continue;
            }
            int red = ResamplingTaps.Half,
                green = ResamplingTaps.Half,
                blue = ResamplingTaps.Half;
            ReadOnlySpan<byte> pixel = row[(taps.First[x] * step)..];
            for (int k = 0, at = 0; k < weights.Length; k++, at += step)
            {
                red += pixel[at] * weights[k];
                green += pixel[at + 1] * weights[k];
                blue += pixel[at + 2] * weights[k];
            }
            (to[3 * x], to[3 * x + 1], to[3 * x + 2]) = (Byte(red), Byte(green), Byte(blue));
        }
    }

    private static void Down(ReadOnlySpan<byte> rows, int line, ReadOnlySpan<int> weights, Span<byte> to, int done)
    {
        for (int x = done; x < line; x++)
        {
            int sum = ResamplingTaps.Half;
            for (int k = 0; k < weights.Length; k++)
                sum += rows[k * line + x] * weights[k];
            to[x] = Byte(sum);
        }
    }

    private static byte Byte(int sum) => (byte)Math.Clamp(sum >> ResamplingTaps.Bits, 0, 255);
}
