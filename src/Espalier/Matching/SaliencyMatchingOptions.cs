namespace Espalier.Matching;

/// <summary>How B's saliency is measured.</summary>
public sealed record SaliencyMatchingOptions
{
    /// <summary>Training images that B's gradient is the mean over, as many as there are at most; at least 1. Default 1,024.</summary>
    public int Images { get; init; } = 1024;

    /// <summary>Of the images and of the order of the groups. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public SaliencyMatchingOptions Validated() =>
        Images >= 1 ? this : throw new InputException($"Saliency on {Counted.Of(Images, "image")} is impossible; expected at least 1.");
}
