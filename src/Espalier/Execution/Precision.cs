using Espalier.Networks;
using TorchSharp;

namespace Espalier.Execution;

/// <summary>The number format of activations and of the weights that multiply them. Master weights, normalisation statistics, the loss and the optimizer are always float32.</summary>
public enum Precision
{
    /// <summary>32-bit floats throughout.</summary>
    Float32,

    /// <summary>16-bit brain floats for convolutions, linear layers and activations.</summary>
    BFloat16,
}

/// <summary>What follows from a precision, and from a network for it.</summary>
public static class Precisions
{
    /// <summary>The faster one that keeps the accuracy: bfloat16 for convolutional networks, float32 for others.</summary>
    public static Precision DefaultFor(Network network) => network.Parameters.Any(p => p.Kind == ParameterKind.ConvWeight) ? Precision.BFloat16 : Precision.Float32;

    /// <summary>Float32 or BFloat16 as libtorch names them.</summary>
    public static torch.ScalarType ToScalarType(this Precision precision) => precision == Precision.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
}
