namespace Espalier.Networks;

/// <summary>Multiply-accumulates of a forward pass for one image.</summary>
public static class NetworkCosts
{
    /// <summary>
    /// Multiply-accumulates each single weight of a layer takes part in: the output positions of a convolution, the input positions of a
    /// transposed one, 1 for a linear layer; of all nodes that use it. The cost of a masked layer is this times the weights it keeps.
    /// </summary>
    public static long UsesPerWeight(this Network network, Parameter weight) =>
        weight.IsWeight ? network.UsersOf(weight).Sum(node => network.UsesPerWeight(weight, node)) : 0;

    /// <summary>The same of one node that uses the weight.</summary>
    public static long UsesPerWeight(this Network network, Parameter weight, int node) =>
        !weight.IsWeight ? 0
        : weight.Kind == ParameterKind.ConvTransposeWeight ? network.Shapes[network.Nodes[node].Inputs[0]].Positions
        : network.Shapes[node].Positions;

    /// <summary>Multiply-accumulates of a node that no weight takes part in: an attention's products of queries and keys, and of its
    /// shares and values; 0 of others.</summary>
    public static long WeightlessMultiplyAccumulates(this Network network, int node) =>
        network.Nodes[node].Operation is Attention
            ? 2L * network.Shapes[node].Height * network.Shapes[node].Height * network.Shapes[node].Channels
            : 0;

    /// <summary>The same of all nodes: what pruning does not save.</summary>
    public static long WeightlessMultiplyAccumulates(this Network network) =>
        Enumerable.Range(0, network.Nodes.Count).Sum(node => network.WeightlessMultiplyAccumulates(node));

    /// <summary>Multiply-accumulates of all convolutions, linear layers and attentions, for one image.</summary>
    public static long MultiplyAccumulates(this Network network) =>
        network.Parameters.Sum(p => p.Count * network.UsesPerWeight(p)) + network.WeightlessMultiplyAccumulates();

    /// <summary>Floating-point operations of one pass forward and back over one image: 3 times 2 a multiply-accumulate.</summary>
    public static double TrainingOperations(this Network network) => 6.0 * network.MultiplyAccumulates();

    /// <summary>Floating-point operations of one pass forward over one image.</summary>
    public static double TestingOperations(this Network network) => 2.0 * network.MultiplyAccumulates();
}
