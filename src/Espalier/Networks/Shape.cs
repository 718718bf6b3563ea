namespace Espalier.Networks;

/// <summary>Size of one image's activations: channels × height × width, or channels alone after <see cref="Flatten"/>.</summary>
/// <param name="Channels">Units of the channel axis.</param>
/// <param name="Height">Rows; 1 for features.</param>
/// <param name="Width">Columns; 1 for features.</param>
/// <param name="IsFlat">Whether the activations are feature vectors [N, C] rather than maps [N, C, H, W].</param>
public readonly record struct Shape(int Channels, int Height, int Width, bool IsFlat)
{
    /// <summary>Positions per channel.</summary>
    public int Positions => Height * Width;

    /// <summary>Maps of the given size.</summary>
    public static Shape Maps(int channels, int height, int width) => new(channels, height, width, IsFlat: false);

    /// <summary>Feature vectors.</summary>
    public static Shape Features(int channels) => new(channels, 1, 1, IsFlat: true);

    /// <inheritdoc/>
    public override string ToString() => IsFlat ? $"{Channels}" : $"{Channels}x{Height}x{Width}";
}
