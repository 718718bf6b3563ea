namespace Espalier.Networks;

/// <summary>Multiply-accumulates of a forward pass for one image.</summary>
public static class NetworkCosts
{
    /// <summary>Multiply-accumulates each single weight of a layer takes part in: the output positions of a convolution, 1 for a linear
    /// layer. The cost of a masked layer is this times the weights it keeps.</summary>
    public static long UsesPerWeight(this Network network, Parameter weight) => weight.IsWeight ? network.Shapes[weight.Node].Positions : 0;

    /// <summary>Multiply-accumulates of all convolutions and linear layers, for one image.</summary>
    public static long MultiplyAccumulates(this Network network) => network.Parameters.Sum(p => p.Count * network.UsesPerWeight(p));

    /// <summary>Floating-point operations of one pass forward and back over one image: 3 times 2 a multiply-accumulate.</summary>
    public static double TrainingOperations(this Network network) => 6.0 * network.MultiplyAccumulates();

    /// <summary>Floating-point operations of one pass forward over one image.</summary>
    public static double TestingOperations(this Network network) => 2.0 * network.MultiplyAccumulates();
}
