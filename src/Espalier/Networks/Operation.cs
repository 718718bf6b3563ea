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
public sealed record Input(int Channels, int Height, int Width) : Operation;

/// <summary>2-d convolution; <c>weight</c> [out, in, kernel, kernel] and, with <paramref name="Bias"/>, <c>bias</c> [out].</summary>
public sealed record Conv(int Out, int Kernel, int Stride = 1, int Padding = 0, bool Bias = false) : Operation;

/// <summary>One kernel per channel; <c>weight</c> [channels, 1, kernel, kernel]. Channels pass through in their order.</summary>
public sealed record DepthwiseConv(int Kernel, int Stride = 1, int Padding = 0, bool Bias = false) : Operation;

/// <summary>Affine map of features; <c>weight</c> [out, in], <c>bias</c> [out].</summary>
public sealed record Linear(int Out, bool Bias = true) : Operation;

/// <summary>Batch normalisation over all but the channel axis; <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c> [channels].</summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">Weight of the newest batch in the running statistics, in (0, 1].</param>
public sealed record BatchNorm(double Epsilon = 1e-5, double Momentum = 0.1) : Operation;

/// <summary>Normalisation of each image over channels and positions, with a scale and shift per channel; <c>weight</c>, <c>bias</c> [channels].
/// On feature vectors this is PyTorch's LayerNorm, on maps its GroupNorm of one group.</summary>
public sealed record LayerNorm(double Epsilon = 1e-5) : Operation;

/// <summary>max(0, x).</summary>
public sealed record Relu : Operation;

/// <summary>Gaussian error linear unit.</summary>
public sealed record Gelu : Operation;

/// <summary>Sum of two equal shapes: the residual connection. It ties the channels of its two sides.</summary>
public sealed record Add : Operation;

/// <summary>Channels of the first input, then those of the second.</summary>
public sealed record Concat : Operation;

/// <summary>Maximum over windows.</summary>
public sealed record MaxPool(int Kernel, int Stride) : Operation;

/// <summary>Mean over windows.</summary>
public sealed record AveragePool(int Kernel, int Stride) : Operation;

/// <summary>Mean over all positions: C×H×W → C×1×1.</summary>
public sealed record GlobalAveragePool : Operation;

/// <summary>The parameter-free shortcut of He et al. 2016 (option A): every <paramref name="Stride"/>-th position, and zero channels
/// before and after, half each, up to <paramref name="Out"/> channels.</summary>
public sealed record PadShortcut(int Out, int Stride) : Operation;

/// <summary>C×H×W → C·H·W features, channel-major as in PyTorch.</summary>
public sealed record Flatten : Operation;
