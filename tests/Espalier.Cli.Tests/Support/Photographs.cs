using Espalier.Randomness;
using SkiaSharp;

namespace Espalier.Cli.Tests.Support;

/// <summary>Small images in files.</summary>
internal static class Photographs
{
    /// <summary>Three classes, each of one colour with a grain.</summary>
    public static void Write(TempFolder target, string folder, int each, params SKEncodedImageFormat[] formats)
    {
        (string, SKColor)[] classes = [("red", SKColors.Red), ("green", SKColors.Green), ("blue", SKColors.Blue)];
        foreach ((string name, SKColor colour) in classes)
            for (int i = 0; i < each; i++)
                target.Write(
                    $"{folder}/{name}/{i}.{$"{formats[i % formats.Length]}".ToLowerInvariant()}",
                    Encoded(colour, formats[i % formats.Length], 18 + i)
                );
    }

    /// <summary>One image of eight rows.</summary>
    public static void One(TempFolder target, string path, SKColor colour, SKEncodedImageFormat format) =>
        target.Write(path, Encoded(colour, format, 8));

    /// <summary>A file of an image, three columns wider than it has rows.</summary>
    public static byte[] Encoded(SKColor colour, SKEncodedImageFormat format, int side)
    {
        var random = new RandomStream(side, "grain");
        using SKBitmap bitmap = new(new SKImageInfo(side + 3, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < side; y++)
        for (int x = 0; x < side + 3; x++)
            bitmap.SetPixel(x, y, new SKColor(Grain(colour.Red), Grain(colour.Green), Grain(colour.Blue)));
        return bitmap.Encode(format, 90).ToArray();

        byte Grain(byte value) => (byte)Math.Clamp(value + random.NextInt(60) - 30, 0, 255);
    }
}
