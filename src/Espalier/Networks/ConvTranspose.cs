namespace Espalier.Networks;

/// <summary>2-d transposed convolution, which spreads each input over a window of outputs, as PyTorch's ConvTranspose2d; <c>weight</c> [in,
/// out, kernel, kernel], inputs first, and, with <paramref name="Bias"/>, <c>bias</c> [out].</summary>
/// <param name="Out">Output channels, at least 1.</param>
/// <param name="Kernel">Rows and columns of the kernel, at least 1.</param>
/// <param name="Stride">Distance of the windows of neighbouring inputs, at least 1; usually 1.</param>
/// <param name="Padding">Rows and columns left out above and below, left and right; usually 0.</param>
/// <param name="OutputPadding">Rows below and columns to the right that padding does not leave out, or that no window reaches; less than
/// stride or dilation, usually 0.</param>
/// <param name="Bias">Whether there is one.</param>
/// <param name="Dilation">Distance of the positions that a kernel writes, at least 1; usually 1.</param>
public sealed record ConvTranspose(
    [property: FieldRange(1)] int Out,
    [property: FieldRange(1)] Extent Kernel,
    Extent Stride = default,
    Extent Padding = default,
    Extent OutputPadding = default,
    bool Bias = false,
    Extent Dilation = default
) : Operation
{
    /// <summary>Distance of the windows of neighbouring inputs.</summary>
    [FieldRange(1, Usual = 1)]
    public Extent Stride { get; init; } = Stride.Or(1);

    /// <summary>Rows and columns left out above and below, left and right.</summary>
    [FieldRange(0, Usual = 0)]
    public Extent Padding { get; init; } = Padding.Or(0);

    /// <summary>Rows below and columns to the right that are there all the same.</summary>
    [FieldRange(0, Usual = 0), LeftOut]
    public Extent OutputPadding { get; init; } = OutputPadding.Or(0);

    /// <summary>Distance of the positions that a kernel writes.</summary>
    [FieldRange(1, Usual = 1), LeftOut]
    public Extent Dilation { get; init; } = Dilation.Or(1);
}
