namespace Espalier.Data;

/// <summary>Random changes of training images (appendix A.1).</summary>
/// <param name="Flip">Mirror horizontally with probability ½.</param>
/// <param name="CropPadding">Pad by this many black pixels and crop the original size at a random place; 0 for none.</param>
public sealed record Augmentation(bool Flip, int CropPadding)
{
    /// <summary>Images as they are.</summary>
    public static Augmentation None { get; } = new(false, 0);

    /// <summary>Flip, and crop with padding 4.</summary>
    public static Augmentation Standard { get; } = new(true, 4);
}
