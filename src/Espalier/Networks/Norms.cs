namespace Espalier.Networks;

/// <summary>
/// Batch normalisation over all but the channel axis; <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c> [channels].
/// </summary>
/// <param name="Epsilon">Added to the variance; in (0, 1].</param>
/// <param name="Momentum">Weight of the newest batch in the running statistics, in [0, 1]; 0 leaves them as they are.</param>
/// <param name="Affine">Whether it has <c>weight</c> and <c>bias</c>.</param>
/// <param name="Initial">What the scales are before training; in [-1000, 1000]. 0 in the last of a residual branch lets the block begin as
/// the identity (Goyal et al. 2017).</param>
public sealed record BatchNorm(
    [property: FieldRange(0, 1, Above = true)] double Epsilon = 1e-5,
    [property: FieldRange(0, 1)] double Momentum = 0.1,
    [property: LeftOut] bool Affine = true,
    [property: FieldRange(-1000, 1000), LeftOut] double Initial = 1
) : Operation
{
    /// <summary>Whether it stands for a norm without statistics where flow is measured: then its scale may be shared.</summary>
    internal bool AsFlow { get; init; }
}

/// <summary>Normalisation of each image's feature vector, with a scale and shift per feature; <c>weight</c>, <c>bias</c> [features].
/// Maps have <see cref="LayerNorm2d"/> and <see cref="GroupNorm"/>.</summary>
/// <param name="Epsilon">Added to the variance; in (0, 1].</param>
public sealed record LayerNorm([property: FieldRange(0, 1, Above = true)] double Epsilon = 1e-5) : Operation;

/// <summary>Normalisation of maps over the channels of each position, with a scale and shift per channel; <c>weight</c>, <c>bias</c>
/// [channels]. What ConvNeXt has, there mostly with an epsilon of 1e-6.</summary>
/// <param name="Epsilon">Added to the variance; in (0, 1].</param>
public sealed record LayerNorm2d([property: FieldRange(0, 1, Above = true)] double Epsilon = 1e-5) : Operation;

/// <summary>Normalisation of each image over the channels of a group and all positions, with a scale and shift per channel; <c>weight</c>,
/// <c>bias</c> [channels]. Several groups leave as symmetry only what moves units within them.</summary>
/// <param name="Groups">Equal parts of the channels, 1 up to their number.</param>
/// <param name="Epsilon">Added to the variance; in (0, 1].</param>
/// <param name="Affine">Whether it has <c>weight</c> and <c>bias</c>.</param>
public sealed record GroupNorm(
    [property: FieldRange(1)] int Groups = 1,
    [property: FieldRange(0, 1, Above = true)] double Epsilon = 1e-5,
    [property: LeftOut] bool Affine = true
) : Operation;

/// <summary>Normalisation of each channel of each image over its positions, as PyTorch's InstanceNorm2d without running statistics; with
/// <paramref name="Affine"/> a scale and shift per channel, <c>weight</c>, <c>bias</c> [channels].</summary>
/// <param name="Epsilon">Added to the variance; in (0, 1].</param>
/// <param name="Affine">Whether it has <c>weight</c> and <c>bias</c>; PyTorch's usually has none.</param>
public sealed record InstanceNorm([property: FieldRange(0, 1, Above = true)] double Epsilon = 1e-5, bool Affine = false) : Operation;
