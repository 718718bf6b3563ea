namespace Espalier.Data;

/// <summary>How a user's own images become an image set.</summary>
public sealed record OwnImageOptions
{
    /// <summary>Rows and columns that every image is brought to; null where all have the size of the first already.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>Whether images are stretched to the size instead of resized by their shorter side and cropped in the middle.</summary>
    public bool Stretch { get; init; }

    /// <summary>
    /// Pixels that the shorter side becomes before the middle is cut out, at least the size; null for as few as cover it. Default: null;
    /// of ImageNet 8/7 of the size, as 256 is of 224.
    /// </summary>
    public int? ResizeTo { get; init; }

    /// <summary>
    /// Whether a damaged image is named once and replaced by the next one of its class, instead of being refused. Default: false; of
    /// ImageNet true.
    /// </summary>
    public bool? SkipsDamaged { get; init; }

    /// <summary>Gets a sentence for every damaged image; null for nobody. It decides of no number.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>
    /// Whether JPEG files are decoded at a half, a quarter or an eighth of their size (by libjpeg, in the transform) as long as what is
    /// resized stays at least twice as large as what it is resized to. Default: false; then every pixel is decoded.
    /// </summary>
    public bool ScaledDecoding { get; init; }

    /// <summary>3 for colour, 1 for grey.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Share of every class that becomes test images where a folder has no part for them; more than 0, less than 1.</summary>
    public double TestShare { get; init; } = 0.1;

    /// <summary>Decides which images these are.</summary>
    public long SplitSeed { get; init; }

    /// <summary>
    /// Bytes that decoded images may take in memory; those of a folder that take more are decoded whenever they are needed. Null for half
    /// of what is free. It decides of no number.
    /// </summary>
    public long? MostInMemory { get; init; }

    /// <summary>Images in folders of classes from which on their list is kept in a file. It decides of no number.</summary>
    internal int IndexedFrom { get; init; } = 10_000;

    /// <summary>Where that file is if not beside the images; null for the user's caches. It decides of no number.</summary>
    internal string? Caches { get; init; }

    /// <summary>Images decoded at a time; null for as many as there are processors. It decides of no number.</summary>
    internal int? DecodingThreads { get; init; }

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="InputException">A size, a number of channels or a share is impossible.</exception>
    public OwnImageOptions Validated()
    {
        if (Size is { } size && (size.Height is < 1 or > LargestSide || size.Width is < 1 or > LargestSide))
            throw new InputException(
                $"Images of {size.Height}x{size.Width} pixels were asked for; 1 to {LargestSide} a side were expected."
            );
        if (ResizeTo is { } shorter && (Stretch || Size is not { } wanted || shorter < Math.Max(wanted.Height, wanted.Width)))
            throw new InputException(
                $"A shorter side of {shorter} pixels was asked for; expected at least the size of images, which are not stretched."
            );
        if (ResizeTo > LargestSide)
            throw new InputException($"A shorter side of {ResizeTo} pixels was asked for; at most {LargestSide} were expected.");
        if (Channels is not (1 or 3))
            throw new InputException($"Images of {Channels} channels were asked for; 1 (grey) or 3 (colour) were expected.");
        if (!(TestShare > 0 && TestShare < 1))
            throw new InputException(
                $"A share of {TestShare} of the images was to be test images; more than 0 and less than 1 was expected."
            );
        if (MostInMemory < 0)
            throw new InputException($"{MostInMemory} bytes of images in memory are impossible; at least 0 were expected.");
        return this;
    }

    /// <summary>Reads a size: one number of pixels, or rows and columns.</summary>
    /// <param name="text">Such as <c>64</c> or <c>48x64</c>.</param>
    /// <exception cref="InputException">The text is none.</exception>
    public static (int Height, int Width) ParseSize(string text)
    {
        string[] sides = text.Split('x');
        return sides.Length <= 2 && PlainNumber.TryParse(sides[0], out int height) && PlainNumber.TryParse(sides[^1], out int width)
            ? (height, width)
            : throw new InputException(
                $"The image size '{text}' is none; expected one number of pixels, or rows and columns such as 48x64."
            );
    }

    internal const int LargestSide = 4096;
}
