using Espalier.Weights;

namespace Espalier.Experiments;

/// <summary>Which start and which mask a sparse training uses (figure 2).</summary>
public enum SparseMethod
{
    /// <summary>A's weights at epoch k and A's mask: the lottery ticket.</summary>
    Lth,

    /// <summary>B's weights at epoch k and A's mask as it is.</summary>
    Naive,

    /// <summary>B's weights at epoch k and π(A's mask): the paper's method.</summary>
    Permuted,
}

/// <summary>Moves a mask to the network it is to be trained on.</summary>
public static class Transplant
{
    /// <summary>The mask that a method trains with.</summary>
    /// <param name="method">Which method.</param>
    /// <param name="maskOfA">m_A.</param>
    /// <param name="moved">π(m_A).</param>
    public static Mask MaskFor(this SparseMethod method, Mask maskOfA, Mask moved) => method == SparseMethod.Permuted ? moved : maskOfA;

    /// <summary>The weights that a method starts from.</summary>
    public static WeightSet StartFor(this SparseMethod method, WeightSet a, WeightSet b) => method == SparseMethod.Lth ? a : b;
}
