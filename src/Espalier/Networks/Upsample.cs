namespace Espalier.Networks;

/// <summary>How values between positions come about.</summary>
public enum Upsampling
{
    /// <summary>Each is the value of the position it lies in.</summary>
    Nearest,

    /// <summary>Each is a mean of the four positions around, by distance; corners of pixels, not their centres, are aligned.</summary>
    Bilinear,
}

/// <summary>Maps of another size, as PyTorch's Upsample with align_corners false: by a whole <paramref name="Factor"/> or to a
/// <paramref name="Size"/>, of which one is given. Channels pass through.</summary>
/// <param name="Factor">Times rows and columns, at least 1.</param>
/// <param name="Size">Rows and columns of the output, at least 1; may be less than there were.</param>
/// <param name="Mode">What lies between.</param>
public sealed record Upsample(Extent Factor = default, Extent Size = default, Upsampling Mode = Upsampling.Nearest) : Operation
{
    /// <summary>Times rows and columns; 0 where a size is given.</summary>
    [FieldRange(1, Usual = 0), LeftOut]
    public Extent Factor { get; init; } = Factor.Or(0);

    /// <summary>Rows and columns of the output; 0 where a factor is given.</summary>
    [FieldRange(1, Usual = 0), LeftOut]
    public Extent Size { get; init; } = Size.Or(0);
}
