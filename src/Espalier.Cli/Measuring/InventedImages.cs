using Espalier.Data;
using Espalier.Networks;

namespace Espalier.Cli.Measuring;

/// <summary>
/// Images to measure speed and agreement on where no data set is at hand: a pattern of squares a class with noise, always the same.
/// They can be learned, so that trained networks are none of noise.
/// </summary>
/// <param name="side">Their height and width in pixels; CIFAR's 32 where nothing else is asked for.</param>
internal sealed class InventedImages(int side = InventedImages.Usual)
{
    /// <summary>Height and width of CIFAR's images.</summary>
    public const int Usual = 32;

    private const int Channels = 3,
        Classes = 10;

    /// <summary>A network by name, for them.</summary>
    public Network Network(string model) => Models.Build(model, Shape.Maps(Channels, side, side), Classes);

    /// <summary>Makes a data set.</summary>
    /// <param name="train">Training images, at least 1.</param>
    /// <param name="test">Test images, at least 1.</param>
    public DataSet Make(int train, int test) => new("invented", Set(train, 0), Set(test, 1), Normalization.Cifar10);

    private ImageSet Set(int count, uint part)
    {
        byte[] pixels = new byte[count * Channels * side * side],
            labels = new byte[count];
        uint noise = 2463534242 + part;
        for (int image = 0, at = 0; image < count; image++)
        {
            int label = image % Classes;
            labels[image] = (byte)label;
            for (int i = 0; i < Channels * side * side; i++, at++)
            {
                // Marsaglia's xorshift: fast, and the same everywhere.
                noise ^= noise << 13;
                noise ^= noise >> 17;
                noise ^= noise << 5;
                uint cell = (uint)(i / Channels / 4 * 2654435761 + label * 40503u + i % Channels * 69069u);
                pixels[at] = (byte)((cell >> 9) % 128 + (noise >> 8) % 128);
            }
        }
        return new ImageSet("invented", [.. Enumerable.Range(0, Classes).Select(i => $"{i}")], Channels, side, side, pixels, labels);
    }
}
