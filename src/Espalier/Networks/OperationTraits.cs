namespace Espalier.Networks;

/// <summary>What kinds of operations have in common.</summary>
internal static class OperationTraits
{
    /// <summary>Whether it multiplies its input by weights that pruning counts.</summary>
    public static bool IsLayer(this Operation operation) => operation is Conv or DepthwiseConv or ConvTranspose or Linear;

    /// <summary>Whether it sets mean and variance.</summary>
    public static bool IsNorm(this Operation operation) => operation is BatchNorm or LayerNorm or LayerNorm2d or GroupNorm or InstanceNorm;

    /// <summary>Whether it is a function of each value, or of a position's, that makes a unit's activation.</summary>
    public static bool IsNonlinearity(this Operation operation) =>
        operation is Relu or Relu6 or LeakyRelu or Gelu or Silu or HardSwish or Sigmoid or HardSigmoid or Tanh or Softmax;

    /// <summary>Whether each of the channels it is given is a group of its own with one output, so that channels pass through.</summary>
    public static bool PassesChannels(this Conv conv, int channels) => conv.Groups == channels && conv.Groups == conv.Out;

    /// <summary>Whether it passes on what it is given.</summary>
    public static bool IsNothing(this Operation operation) => operation is Identity or Dropout;
}
