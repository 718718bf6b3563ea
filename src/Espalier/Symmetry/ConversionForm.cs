namespace Espalier.Symmetry;

/// <summary>How a network, a mask or a permutation is laid down as arrays for other tools.</summary>
public enum ConversionForm
{
    /// <summary>Weights as they are, under the names of PyTorch's modules.</summary>
    Plain,

    /// <summary>Weights and a mask as torch.nn.utils.prune has them: <c>X_orig</c> and <c>X_mask</c>.</summary>
    Pruned,

    /// <summary>Weights with zeros where the mask prunes.</summary>
    Zeros,

    /// <summary>A mask alone: Boolean arrays under the names of the weights, true where kept.</summary>
    Mask,

    /// <summary>A permutation: an index array for each group of units.</summary>
    Groups,

    /// <summary>A permutation: an index array for each axis of each weight array that moves.</summary>
    Axes,
}
