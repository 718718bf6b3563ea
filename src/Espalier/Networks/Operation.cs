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
[JsonDerivedType(typeof(ConvTranspose), "conv-transpose")]
[JsonDerivedType(typeof(Linear), "linear")]
[JsonDerivedType(typeof(Scale), "scale")]
[JsonDerivedType(typeof(BatchNorm), "batch-norm")]
[JsonDerivedType(typeof(LayerNorm), "layer-norm")]
[JsonDerivedType(typeof(LayerNorm2d), "layer-norm-2d")]
[JsonDerivedType(typeof(GroupNorm), "group-norm")]
[JsonDerivedType(typeof(InstanceNorm), "instance-norm")]
[JsonDerivedType(typeof(Relu), "relu")]
[JsonDerivedType(typeof(Relu6), "relu6")]
[JsonDerivedType(typeof(LeakyRelu), "leaky-relu")]
[JsonDerivedType(typeof(Gelu), "gelu")]
[JsonDerivedType(typeof(Silu), "silu")]
[JsonDerivedType(typeof(HardSwish), "hard-swish")]
[JsonDerivedType(typeof(Sigmoid), "sigmoid")]
[JsonDerivedType(typeof(HardSigmoid), "hard-sigmoid")]
[JsonDerivedType(typeof(Tanh), "tanh")]
[JsonDerivedType(typeof(Softmax), "softmax")]
[JsonDerivedType(typeof(Identity), "identity")]
[JsonDerivedType(typeof(Dropout), "dropout")]
[JsonDerivedType(typeof(Add), "add")]
[JsonDerivedType(typeof(Multiply), "multiply")]
[JsonDerivedType(typeof(Concat), "concat")]
[JsonDerivedType(typeof(MaxPool), "max-pool")]
[JsonDerivedType(typeof(AveragePool), "average-pool")]
[JsonDerivedType(typeof(GlobalAveragePool), "global-average-pool")]
[JsonDerivedType(typeof(AdaptiveAveragePool), "adaptive-average-pool")]
[JsonDerivedType(typeof(Upsample), "upsample")]
[JsonDerivedType(typeof(PadShortcut), "pad-shortcut")]
[JsonDerivedType(typeof(Flatten), "flatten")]
[JsonDerivedType(typeof(Tokens), "tokens")]
[JsonDerivedType(typeof(ClassToken), "class-token")]
[JsonDerivedType(typeof(PositionEmbedding), "position-embedding")]
[JsonDerivedType(typeof(Attention), "attention")]
[JsonDerivedType(typeof(Token), "token")]
[JsonDerivedType(typeof(Transpose), "transpose")]
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

/// <summary>C×H×W → C·H·W features, channel-major as in PyTorch.</summary>
public sealed record Flatten : Operation;

/// <summary>What it is given. Does nothing; accepted so that descriptions can be copied.</summary>
public sealed record Identity : Operation;

/// <summary>What it is given: no training here draws a dropout. Accepted so that descriptions can be copied.</summary>
/// <param name="Probability">What a training elsewhere would set to zero, in [0, 1]; has no effect.</param>
public sealed record Dropout([property: FieldRange(0, 1)] double Probability = 0.5) : Operation;
