using Espalier.Data;
using Espalier.Randomness;

namespace Espalier.Tests.Support;

/// <summary>Small images that can be learned: a pattern a class, with noise.</summary>
internal static class TinyImages
{
    public static DataSet Make(int train = 256, int test = 64, int side = 8, int classes = 4)
    {
        var random = new RandomStream(0, "tiny");
        byte[][] patterns =
        [
            .. Enumerable
                .Range(0, classes)
                .Select(_ => Enumerable.Range(0, side * side * 3).Select(_ => (byte)random.NextInt(200)).ToArray()),
        ];
        return new DataSet("tiny", Set(train), Set(test), new Normalization([0.4f, 0.4f, 0.4f], [0.2f, 0.2f, 0.2f]));

        ImageSet Set(int count)
        {
            byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % classes))];
            byte[] pixels = [.. labels.SelectMany(label => patterns[label].Select(pixel => (byte)(pixel + random.NextInt(55))))];
            return new ImageSet("tiny", [.. Enumerable.Range(0, classes).Select(c => $"class {c}")], 3, side, side, pixels, labels);
        }
    }
}
