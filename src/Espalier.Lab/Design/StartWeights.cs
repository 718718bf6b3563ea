namespace Espalier.Lab.Design;

/// <summary>Whose weights a sparse training starts from.</summary>
public enum StartWeights
{
    /// <summary>A's, as the lottery ticket does.</summary>
    A,

    /// <summary>B's.</summary>
    B,
}
