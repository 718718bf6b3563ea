using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
    public static void Resize(DecodedWindow from, int height, int width, ImageWindow wanted, Span<byte> target)
    {
        var across = Taps.Of(from.Width, width, wanted.Left, wanted.Width);
        var down = Taps.Of(from.Height, height, wanted.Top, wanted.Height);
        int channels = from.Step == 1 ? 1 : 3,
            line = wanted.Width * channels;
        byte[] middle = ArrayPool<byte>.Shared.Rent((down.End - down.Begin) * line);
        for (int y = down.Begin; y < down.End; y++)
            Across(from.Pixels.AsSpan(from.First + y * from.Stride), from, across, middle.AsSpan((y - down.Begin) * line, line));
        for (int y = 0; y < wanted.Height; y++)
            Down(middle.AsSpan((down.First[y] - down.Begin) * line), line, down.WeightsOf(y), target.Slice(y * line, line));
        ArrayPool<byte>.Shared.Return(middle);
    }

    private static void Across(ReadOnlySpan<byte> row, DecodedWindow from, Taps taps, Span<byte> to)
    {
        // Two pixels are read at a time: the last ones of the array have none behind them.
        if (from.Step == 4 && Avx2.IsSupported && row.Length >= (taps.End + 1) * 4)
        {
            for (int x = 0; x < taps.First.Length; x++)
                Pair(ref MemoryMarshal.GetReference(row[(taps.First[x] * 4)..]), taps.WeightsOf(x), to[(3 * x)..]);
            return;
        }
        for (int x = 0; x < taps.First.Length; x++)
        {
            ReadOnlySpan<int> weights = taps.WeightsOf(x);
            if (from.Step == 1)
            {
                int sum = Taps.Half;
                for (int k = 0; k < weights.Length; k++)
                    sum += row[taps.First[x] + k] * weights[k];
                to[x] = Byte(sum);
                continue;
            }
            int red = Taps.Half,
                green = Taps.Half,
                blue = Taps.Half;
            ReadOnlySpan<byte> pixel = row[(taps.First[x] * from.Step)..];
            for (int k = 0, at = 0; k < weights.Length; k++, at += from.Step)
            {
                red += pixel[at] * weights[k];
                green += pixel[at + 1] * weights[k];
                blue += pixel[at + 2] * weights[k];
            }
            (to[3 * x], to[3 * x + 1], to[3 * x + 2]) = (Byte(red), Byte(green), Byte(blue));
        }
    }

    /// <summary>One pixel: two of the row at a time, each channel in a lane of its own.</summary>
    private static void Pair(ref byte row, ReadOnlySpan<int> weights, Span<byte> to)
    {
        Vector256<int> sums = Vector256.Create(Vector128.Create(Taps.Half), Vector128<int>.Zero);
        int k = 0;
        for (; k + 1 < weights.Length; k += 2)
            sums +=
                Lanes(ref Unsafe.Add(ref row, 4 * k)) * Vector256.Create(Vector128.Create(weights[k]), Vector128.Create(weights[k + 1]));
        if (k < weights.Length)
            sums += Lanes(ref Unsafe.Add(ref row, 4 * k)) * Vector256.Create(Vector128.Create(weights[k]), Vector128<int>.Zero);
        Vector128<int> sum = (sums.GetLower() + sums.GetUpper()) >> Taps.Bits;
        (to[2], to[1], to[0]) = ((byte)Clamped(sum[2]), (byte)Clamped(sum[1]), (byte)Clamped(sum[0]));
    }

    private static void Down(ReadOnlySpan<byte> rows, int line, ReadOnlySpan<int> weights, Span<byte> to)
    {
        int x = 0;
        if (Avx2.IsSupported)
            for (; x + 8 <= line; x += 8)
            {
                Vector256<int> sums = Vector256.Create(Taps.Half);
                for (int k = 0; k < weights.Length; k++)
                    sums += Lanes(ref MemoryMarshal.GetReference(rows.Slice(k * line + x, 8))) * Vector256.Create(weights[k]);
                sums >>= Taps.Bits;
                Vector128<short> words = Sse2.PackSignedSaturate(sums.GetLower(), sums.GetUpper());
                BitConverter.TryWriteBytes(to[x..], Sse2.PackUnsignedSaturate(words, words).AsUInt64()[0]);
            }
        for (; x < line; x++)
        {
            int sum = Taps.Half;
            for (int k = 0; k < weights.Length; k++)
                sum += rows[k * line + x] * weights[k];
            to[x] = Byte(sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Lanes(ref byte eight) =>
        Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref eight)).AsByte());

    private static byte Byte(int sum) => (byte)Clamped(sum >> Taps.Bits);

    private static int Clamped(int value) => Math.Clamp(value, 0, 255);

    /// <summary>For each place of the result, where it begins in the source, and the weights from there.</summary>
    private sealed record Taps(int[] First, int[] Ends, int[] Weights)
    {
        public const int Bits = 22,
            Half = 1 << (Bits - 1);

        /// <summary>Of places [begin, begin + count) where a length becomes another.</summary>
        public static Taps Of(int length, int wanted, int begin, int count)
        {
            double scale = (double)length / wanted,
                support = Math.Max(scale, 1),
                inverse = 1 / support;
            int[] first = new int[count],
                ends = new int[count + 1];
            List<int> weights = new(count * 4);
            double[] exact = new double[(int)(2 * support) + 3];
            for (int i = 0; i < count; i++)
            {
                double centre = (begin + i + 0.5) * scale,
                    total = 0;
                first[i] = Math.Max(0, (int)(centre - support + 0.5));
                int taps = Math.Min(length, (int)(centre + support + 0.5)) - first[i];
                for (int k = 0; k < taps; k++)
                    total += exact[k] = Math.Max(0, 1 - Math.Abs((k + first[i] - centre + 0.5) * inverse));
                for (int k = 0; k < taps; k++)
                    weights.Add((int)(0.5 + exact[k] / total * (1 << Bits)));
                ends[i + 1] = weights.Count;
            }
            return new Taps(first, ends, [.. weights]);
        }

        /// <summary>The first place of the source that is looked at.</summary>
        public int Begin => First[0];

        /// <summary>The one behind the last.</summary>
        public int End => First[^1] + Ends[^1] - Ends[^2];

        public ReadOnlySpan<int> WeightsOf(int place) => Weights.AsSpan(Ends[place], Ends[place + 1] - Ends[place]);
    }
}
