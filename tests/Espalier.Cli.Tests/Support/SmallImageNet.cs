using System.Globalization;
using Espalier.Randomness;
using SkiaSharp;

namespace Espalier.Cli.Tests.Support;

/// <summary>Twenty classes of JPEGs in ImageNet's layout, each a stripe of its own with a grain.</summary>
internal static class SmallImageNet
{
    public const int Classes = 20;

    private const int Train = 4,
        Val = 2;

    public static void Write(TempFolder target, string folder)
    {
        for (int c = 0; c < Classes; c++)
        {
            string synset = string.Create(CultureInfo.InvariantCulture, $"n{1440764 + 97 * c:00000000}");
            for (int i = 0; i < Train; i++)
                target.Write($"{folder}/train/{synset}/{synset}_{i}.JPEG", Encoded(c, i));
            for (int i = 0; i < Val; i++)
                target.Write($"{folder}/val/{synset}/ILSVRC2012_val_{c * Val + i:00000000}.JPEG", Encoded(c, Train + i));
        }
    }

    private static byte[] Encoded(int label, int number)
    {
        var random = new RandomStream(label, "small-imagenet", number);
        int width = 80 + random.NextInt(30),
            height = 70 + random.NextInt(30);
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
        {
            int stripe = (x * (label % 5) + y * (label / 5 + 1)) / 4 % 2 * 150,
                grain = random.NextInt(40);
            bitmap.SetPixel(x, y, new SKColor((byte)(stripe + grain), (byte)(10 * label + grain), (byte)(200 - stripe + grain)));
        }
        return bitmap.Encode(SKEncodedImageFormat.Jpeg, 90).ToArray();
    }
}
