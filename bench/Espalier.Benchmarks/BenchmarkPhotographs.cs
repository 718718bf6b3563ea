using Espalier.Randomness;
using SkiaSharp;

namespace Espalier.Benchmarks;

/// <summary>
/// Invented photographs of the size that most of ImageNet's have: smooth shapes with a grain, which decides of their bytes.
/// </summary>
internal static class BenchmarkPhotographs
{
    public const int Height = 375,
        Width = 500;

    /// <summary>Grain of files of 36 KB, and of 100 KB, hardly fewer than a file of ImageNet has on the average.</summary>
    public const int Light = 24,
        Heavy = 110;

    private const int Quality = 90;

    /// <summary>Writes those that are not there, in two classes.</summary>
    public static void Write(string folder, int count, int grain)
    {
        var random = new RandomStream(0, "photographs");
        for (int i = 0; i < count; i++)
        {
            string path = Path.Combine(folder, $"class {i % 2}", $"{i}.jpg");
            if (File.Exists(path))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Encoded(random, grain));
        }
    }

    private static byte[] Encoded(RandomStream random, int grain)
    {
        using SKBitmap bitmap = new(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        (int a, int b, int c) = (random.NextInt(50) + 5, random.NextInt(50) + 5, random.NextInt(256));
        for (int y = 0, at = 0; y < Height; y++)
        for (int x = 0; x < Width; x++, at += 4)
        {
            int shade = (int)(60 * Math.Sin((double)x / a) * Math.Cos((double)y / b)) + random.NextInt(grain);
            (pixels[at], pixels[at + 1], pixels[at + 2], pixels[at + 3]) = (Byte(128 + shade), Byte(c + shade / 2), Byte(200 - shade), 255);
        }
        return bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality).ToArray();
    }

    private static byte Byte(int value) => (byte)Math.Clamp(value, 0, 255);
}
