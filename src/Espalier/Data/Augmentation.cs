using System.Text.Json.Serialization;

namespace Espalier.Data;

/// <summary>Random changes of training images, drawn anew for each image of each epoch.</summary>
/// <param name="Flip">Mirror left and right with probability 1/2.</param>
/// <param name="CropPadding">
/// Black pixels added on all four sides before a window of the original size is cut out at a uniformly random place; 0 leaves images where
/// they are.
/// </param>
public sealed record Augmentation(bool Flip, int CropPadding)
{
    /// <summary>
    /// A random part of the image as its file has it, resized to the size of the set; null for none. It goes without
    /// <see cref="CropPadding"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // what was trained without it keeps its name
    public RandomResizedCrop? ResizedCrop { get; init; }

    /// <summary>Images as they are.</summary>
    public static Augmentation None { get; } = new(false, 0);

    /// <summary>The usual one for CIFAR: flip, and crop with padding 4.</summary>
    public static Augmentation Standard { get; } = new(true, 4);

    /// <summary>The usual one for ImageNet: flip, and a random part of the image.</summary>
    public static Augmentation ImageNet { get; } = new(true, 0) { ResizedCrop = new RandomResizedCrop() };
}
