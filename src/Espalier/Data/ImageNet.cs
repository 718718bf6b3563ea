using Espalier.Networks;

namespace Espalier.Data;

/// <summary>
/// ILSVRC 2012 (Russakovsky et al. 2015). Its files lie in folders and are decoded to some size, so plans know it by a name and runs by the
/// place of its files.
/// </summary>
public static class ImageNet
{
    /// <summary>Name of the data set at 224 × 224 pixels, and at 160 × 160.</summary>
    public const string Name = "imagenet",
        At160 = "imagenet-160";

    /// <summary>What names of folders in its layout begin with.</summary>
    internal const string Prefix = "imagenet:";

    internal const int Classes = 1000,
        TrainImages = 1_281_167,
        TestImages = 50_000;

    /// <summary>Whether a name is ImageNet's at some size.</summary>
    public static bool Is(string name) => name is Name or At160;

    /// <summary>Pixels of a side of the images of a name.</summary>
    public static int SideOf(string name) => name == At160 ? 160 : 224;

    /// <summary>Its images as <see cref="OwnImages.Open"/> takes them.</summary>
    /// <param name="folder">Holds <c>train/nXXXXXXXX/*.JPEG</c> and <c>val/</c>.</param>
    public static string In(string folder) => $"{Prefix}{folder}";

    /// <summary>The name of a data set that has all of ImageNet's images at one of the known sizes; null for another.</summary>
    public static string? Whole(int classes, int trainImages, int testImages, Shape image) =>
        (classes, trainImages, testImages) != (Classes, TrainImages, TestImages) ? null
        : image == Shape.Maps(3, 224, 224) ? Name
        : image == Shape.Maps(3, 160, 160) ? At160
        : null;
}
