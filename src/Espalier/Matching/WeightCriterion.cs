namespace Espalier.Matching;

/// <summary>What is multiplied where a weight a of A would come to lie on a weight b of B.</summary>
public enum WeightCriterion
{
    /// <summary>a · b: the paper's inner product.</summary>
    Signed,

    /// <summary>|a| · |b|: sizes only.</summary>
    Magnitude,

    /// <summary>1[a ≠ 0] · |b|: how much of B the mask of A would keep.</summary>
    Kept,

    /// <summary>sign(a) · b: signs of what A keeps, sizes of B.</summary>
    KeptSign,

    /// <summary>
    /// sign(a) · sign(b) of weights alone, of a masked A those of the arrays that the mask prunes: agreeing kept weights less those that
    /// do not (<see cref="Pruning.SignAgreement"/>).
    /// </summary>
    Signs,
}
