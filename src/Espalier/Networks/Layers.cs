namespace Espalier.Networks;

/// <summary>2-d convolution; <c>weight</c> [out, in / groups, kernel, kernel] and, with <paramref name="Bias"/>, <c>bias</c>
/// [out].</summary>
/// <param name="Out">Output channels, at least 1.</param>
/// <param name="Kernel">Rows and columns of the kernel, at least 1.</param>
/// <param name="Stride">At least 1; usually 1.</param>
/// <param name="Padding">Zeros added above and below, left and right; usually 0.</param>
/// <param name="Bias">Whether there is one.</param>
/// <param name="Dilation">Distance of the positions that a kernel reads, at least 1; usually 1.</param>
/// <param name="Groups">Equal parts of the channels, each convolved by itself, at least 1. Whole parts can be permuted, and the units
/// within each; with as many parts as channels it is <see cref="DepthwiseConv"/>.</param>
public sealed record Conv(
    [property: FieldRange(1)] int Out,
    [property: FieldRange(1)] Extent Kernel,
    Extent Stride = default,
    Extent Padding = default,
    bool Bias = false,
    Extent Dilation = default,
    [property: FieldRange(1), LeftOut] int Groups = 1
) : Operation
{
    /// <summary>Steps between outputs.</summary>
    [FieldRange(1, Usual = 1)]
    public Extent Stride { get; init; } = Stride.Or(1);

    /// <summary>Zeros added above and below, left and right.</summary>
    [FieldRange(0, Usual = 0)]
    public Extent Padding { get; init; } = Padding.Or(0);

    /// <summary>Distance of the positions that a kernel reads.</summary>
    [FieldRange(1, Usual = 1), LeftOut]
    public Extent Dilation { get; init; } = Dilation.Or(1);
}

/// <summary>One kernel per channel; <c>weight</c> [channels, 1, kernel, kernel]. Channels pass through in their order.</summary>
/// <param name="Kernel">Rows and columns of the kernel, at least 1.</param>
/// <param name="Stride">At least 1; usually 1.</param>
/// <param name="Padding">Zeros added above and below, left and right; usually 0.</param>
/// <param name="Bias">Whether there is one.</param>
/// <param name="Dilation">Distance of the positions that a kernel reads, at least 1; usually 1.</param>
public sealed record DepthwiseConv(
    [property: FieldRange(1)] Extent Kernel,
    Extent Stride = default,
    Extent Padding = default,
    bool Bias = false,
    Extent Dilation = default
) : Operation
{
    /// <summary>Steps between outputs.</summary>
    [FieldRange(1, Usual = 1)]
    public Extent Stride { get; init; } = Stride.Or(1);

    /// <summary>Zeros added above and below, left and right.</summary>
    [FieldRange(0, Usual = 0)]
    public Extent Padding { get; init; } = Padding.Or(0);

    /// <summary>Distance of the positions that a kernel reads.</summary>
    [FieldRange(1, Usual = 1), LeftOut]
    public Extent Dilation { get; init; } = Dilation.Or(1);
}

/// <summary>Which axis a linear layer maps.</summary>
public enum LinearAxis
{
    /// <summary>Of feature vectors.</summary>
    Features,

    /// <summary>The channels of maps, at every position by the same weights.</summary>
    Channels,
}

/// <summary>Affine map of features; <c>weight</c> [out, in], <c>bias</c> [out].</summary>
/// <param name="Out">Output features, at least 1.</param>
/// <param name="Bias">Whether there is one.</param>
/// <param name="Along">What is mapped. Maps must say so, lest a forgotten flatten go unnoticed.</param>
/// <param name="Underscore">Whether its arrays are called <c>name_weight</c> and <c>name_bias</c>, as in PyTorch's
/// MultiheadAttention.</param>
public sealed record Linear(
    [property: FieldRange(1)] int Out,
    bool Bias = true,
    [property: LeftOut] LinearAxis Along = LinearAxis.Features,
    [property: LeftOut] bool Underscore = false
) : Operation;

/// <summary>
/// A factor per channel, such as ConvNeXt's layer scale; one array [channels, 1, 1] (of features, or with <paramref name="Vector"/>,
/// [channels]) that is called as the node is.
/// </summary>
/// <param name="Initial">What the factors are before training; in [-1000, 1000].</param>
/// <param name="Vector">Whether the array is [channels] of maps, too, as transformers' layer scales mostly are.</param>
public sealed record Scale([property: FieldRange(-1000, 1000)] double Initial = 1, [property: LeftOut] bool Vector = false) : Operation;
