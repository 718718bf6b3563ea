using Espalier.Randomness;

namespace Espalier.Data;

/// <summary>
/// What becomes of the images of one epoch. Each has a stream of its own, named by the epoch's key and the image, so that neither the
/// threads that decode, nor who else takes part in the epoch, nor where in it one begins decides what an image looks like.
/// </summary>
/// <param name="crop">How parts are drawn.</param>
/// <param name="flips">Whether images are mirrored.</param>
/// <param name="key">Drawn once an epoch.</param>
internal sealed class EpochCrop(RandomResizedCrop crop, bool flips, long key)
{
    /// <summary>Whether an image is mirrored.</summary>
    public bool Flip(int image) => Stream(image).Flip;

    /// <summary>The part of an image.</summary>
    /// <param name="image">Which.</param>
    /// <param name="height">Its rows, as its file has them.</param>
    /// <param name="width">Its columns.</param>
    public ImageWindow Window(int image, int height, int width) => crop.Draw(Stream(image).Draws, height, width);

    private (bool Flip, RandomStream Draws) Stream(int image)
    {
        var random = new RandomStream(key, "images.crop", image);
        return (flips && random.NextInt(2) == 1, random);
    }
}
