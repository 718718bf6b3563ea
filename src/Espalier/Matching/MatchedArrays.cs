using Espalier.Networks;

namespace Espalier.Matching;

/// <summary>Which arrays of a network take part in weight matching.</summary>
[Flags]
public enum MatchedArrays
{
    /// <summary>Convolution and linear weights.</summary>
    Weights = 1,

    /// <summary>Their biases.</summary>
    Biases = 2,

    /// <summary>Scales and shifts of normalisations.</summary>
    Normalisations = 4,

    /// <summary>Running means and variances of batch-norms.</summary>
    Statistics = 8,

    /// <summary>All that is trained, as in Git Re-Basin.</summary>
    Trained = Weights | Biases | Normalisations,
}
