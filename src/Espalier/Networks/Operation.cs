using System.Text.Json.Serialization;

namespace Espalier.Networks;

/// <summary>
/// What a node of a network computes. An operation holds sizes, never numbers; its parameters are named after the node
/// (<c>layer1.0.conv1</c> → <c>layer1.0.conv1.weight</c>), as PyTorch names them.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(Input), "input")]
[JsonDerivedType(typeof(Conv), "conv")]
[JsonDerivedType(typeof(DepthwiseConv), "depthwise-conv")]
[JsonDerivedType(typeof(Linear), "linear")]
[JsonDerivedType(typeof(BatchNorm), "batch-norm")]
[JsonDerivedType(typeof(LayerNorm), "layer-norm")]
[JsonDerivedType(typeof(LayerNorm2d), "layer-norm-2d")]
[JsonDerivedType(typeof(GroupNorm), "group-norm")]
[JsonDerivedType(typeof(Relu), "relu")]
[JsonDerivedType(typeof(Gelu), "gelu")]
[JsonDerivedType(typeof(Add), "add")]
[JsonDerivedType(typeof(Concat), "concat")]
[JsonDerivedType(typeof(MaxPool), "max-pool")]
[JsonDerivedType(typeof(AveragePool), "average-pool")]
[JsonDerivedType(typeof(GlobalAveragePool), "global-average-pool")]
[JsonDerivedType(typeof(PadShortcut), "pad-shortcut")]
[JsonDerivedType(typeof(Flatten), "flatten")]
public abstract record Operation;

/// <summary>The images: C×H×W.</summary>
/// <param name="Channels">C, at least 1.</param>
/// <param name="Height">H, at least 1.</param>
/// <param name="Width">W, at least 1.</param>
public sealed record Input(
    [property: FieldRange(1)] int Channels,
    [property: FieldRange(1)] int Height,
    [property: FieldRange(1)] int Width
) : Operation;

/// <summary>2-d convolution; <c>weight</c> [out, in, kernel, kernel] and, with <paramref name="Bias"/>, <c>bias</c> [out].</summary>
/// <param name="Out">Output channels, at least 1.</param>
/// <param name="Kernel">Rows and columns of the kernel, at least 1.</param>
/// <param name="Stride">At least 1.</param>
/// <param name="Padding">Zeros added on all four sides, at least 0.</param>
/// <param name="Bias">Whether there is one.</param>
public sealed record Conv(
    [property: FieldRange(1)] int Out,
    [property: FieldRange(1)] int Kernel,
    [property: FieldRange(1)] int Stride = 1,
    [property: FieldRange(0)] int Padding = 0,
    bool Bias = false
) : Operation;

/// <summary>One kernel per channel; <c>weight</c> [channels, 1, kernel, kernel]. Channels pass through in their order.</summary>
/// <param name="Kernel">Rows and columns of the kernel, at least 1.</param>
/// <param name="Stride">At least 1.</param>
/// <param name="Padding">Zeros added on all four sides, at least 0.</param>
/// <param name="Bias">Whether there is one.</param>
public sealed record DepthwiseConv(
    [property: FieldRange(1)] int Kernel,
    [property: FieldRange(1)] int Stride = 1,
    [property: FieldRange(0)] int Padding = 0,
    bool Bias = false
) : Operation;

/// <summary>Affine map of features; <c>weight</c> [out, in], <c>bias</c> [out].</summary>
/// <param name="Out">Output features, at least 1.</param>
/// <param name="Bias">Whether there is one.</param>
public sealed record Linear([property: FieldRange(1)] int Out, bool Bias = true) : Operation;

/// <summary>
/// Batch normalisation over all but the channel axis; <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c> [channels].
/// </summary>
/// <param name="Epsilon">Added to the variance; in (0, 1].</param>
/// <param name="Momentum">Weight of the newest batch in the running statistics, in [0, 1]; 0 leaves them as they are.</param>
public sealed record BatchNorm(
    [property: FieldRange(0, 1, Above = true)] double Epsilon = 1e-5,
    [property: FieldRange(0, 1)] double Momentum = 0.1
) : Operation;

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
public sealed record GroupNorm([property: FieldRange(1)] int Groups = 1, [property: FieldRange(0, 1, Above = true)] double Epsilon = 1e-5)
    : Operation;

/// <summary>max(0, x).</summary>
public sealed record Relu : Operation;

/// <summary>Gaussian error linear unit.</summary>
public sealed record Gelu : Operation;

/// <summary>Sum of two equal shapes: the residual connection. It ties the channels of its two sides.</summary>
public sealed record Add : Operation;

/// <summary>Channels of the first input, then those of the second.</summary>
public sealed record Concat : Operation;

/// <summary>Maximum over windows.</summary>
/// <param name="Kernel">Rows and columns of a window, at least 1.</param>
/// <param name="Stride">At least 1.</param>
public sealed record MaxPool([property: FieldRange(1)] int Kernel, [property: FieldRange(1)] int Stride) : Operation;

/// <summary>Mean over windows.</summary>
/// <param name="Kernel">Rows and columns of a window, at least 1.</param>
/// <param name="Stride">At least 1.</param>
public sealed record AveragePool([property: FieldRange(1)] int Kernel, [property: FieldRange(1)] int Stride) : Operation;

/// <summary>Mean over all positions: C×H×W → C×1×1.</summary>
public sealed record GlobalAveragePool : Operation;

/// <summary>The parameter-free shortcut of He et al. 2016 (option A): every <paramref name="Stride"/>-th position, and zero channels
/// before and after, half each, up to <paramref name="Out"/> channels.</summary>
/// <param name="Out">Channels, as many as there were or an even number more.</param>
/// <param name="Stride">At least 1.</param>
public sealed record PadShortcut([property: FieldRange(1)] int Out, [property: FieldRange(1)] int Stride) : Operation;

/// <summary>C×H×W → C·H·W features, channel-major as in PyTorch.</summary>
public sealed record Flatten : Operation;
