namespace Espalier.Networks;

/// <summary>What a parameter is for; decides initialisation, pruning and compute precision.</summary>
public enum ParameterKind
{
    /// <summary>Weights of a convolution, PyTorch shape [out, in, kernel, kernel].</summary>
    ConvWeight,

    /// <summary>Weights of a linear layer, [out, in].</summary>
    LinearWeight,

    /// <summary>Bias of a convolution or linear layer, [out].</summary>
    Bias,

    /// <summary>Scale of a normalisation, [channels].</summary>
    NormWeight,

    /// <summary>Shift of a normalisation, [channels].</summary>
    NormBias,

    /// <summary>What is added to tokens or stands as one, the same for every image, [1, tokens, channels].</summary>
    Embedding,

    /// <summary>Running mean of a batch-norm (a buffer, not trained), [channels].</summary>
    RunningMean,

    /// <summary>Running variance of a batch-norm (a buffer, not trained), [channels].</summary>
    RunningVariance,

    /// <summary>Weights of a transposed convolution, PyTorch shape [in, out, kernel, kernel].</summary>
    ConvTransposeWeight,
}

/// <summary>Name, shape and role of one array of a network.</summary>
/// <param name="Name">PyTorch's name, such as <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Shape">PyTorch's shape.</param>
/// <param name="Kind">Its role.</param>
/// <param name="Node">Index of the node that owns it.</param>
/// <param name="FanIn">Inputs of one output unit at one position (of a transposed convolution in the mean, at least 1); 0 where it has no
/// meaning.</param>
public sealed record Parameter(string Name, IReadOnlyList<int> Shape, ParameterKind Kind, int Node, int FanIn)
{
    /// <summary>Number of elements.</summary>
    public int Count => Shape.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>Whether this is a batch-norm buffer.</summary>
    public bool IsBuffer => Kind is ParameterKind.RunningMean or ParameterKind.RunningVariance;

    /// <summary>Whether this is a weight array of a convolution or linear layer: what sparsity is counted over.</summary>
    public bool IsWeight => Kind is ParameterKind.ConvWeight or ParameterKind.LinearWeight or ParameterKind.ConvTransposeWeight;

    /// <summary>Of a weight array, the dimension along which output units lie: the first, but the second of a transposed convolution.
    /// </summary>
    public int UnitAxis => Kind == ParameterKind.ConvTransposeWeight ? 1 : 0;

    /// <summary>Of a weight array, its output units.</summary>
    public int Units => Shape[UnitAxis];

    /// <summary>Of a weight array, the units that each output unit sees.</summary>
    internal int SeenUnits => Shape[1 - UnitAxis];
}
