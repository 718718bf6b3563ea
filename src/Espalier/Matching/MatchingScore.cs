namespace Espalier.Matching;

/// <summary>What is maximised between a unit of A and a unit of B (equation 1 leaves it open; the paper's code uses correlation).</summary>
public enum MatchingScore
{
    /// <summary>Pearson correlation with pooled moments.</summary>
    Correlation,

    /// <summary>Covariance.</summary>
    Covariance,

    /// <summary>Mean product of activations: equation 1 as written.</summary>
    InnerProduct,
}
