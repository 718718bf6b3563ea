using TorchSharp;

namespace Espalier.Execution;

/// <summary>
/// The number format of activations and of the weights that multiply them. Master weights, normalisation statistics, the loss and the
/// optimizer are always float32.
/// </summary>
public enum Precision
{
    /// <summary>32-bit floats throughout.</summary>
    Float32,

    /// <summary>16-bit brain floats for convolutions, linear layers and activations.</summary>
    BFloat16,
}

/// <summary>The precision in force by default, and the tensor type of each.</summary>
public static class Precisions
{
    /// <summary>
    /// What is used unless it is chosen: bfloat16, which is the faster one and keeps the accuracy (measured in <c>bench/results.md</c>).
    /// Processors without bfloat16 instructions compute it slowly: choose float32 there.
    /// </summary>
    public const Precision Default = Precision.BFloat16;

    /// <summary>As it is written beside numbers and into files: <c>float32</c> or <c>bfloat16</c>.</summary>
    public static string Name(this Precision precision) => precision == Precision.BFloat16 ? "bfloat16" : "float32";

    /// <summary>Float32 or BFloat16 as libtorch names them.</summary>
    public static torch.ScalarType ToScalarType(this Precision precision) =>
        precision == Precision.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
}
