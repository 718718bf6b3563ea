namespace Espalier.Lab.Design;

/// <summary>Which network's predictions those of every sparse network are compared with, on all test images.</summary>
public enum ComparedWith
{
    /// <summary>None: nothing is computed.</summary>
    None,

    /// <summary>A's own ticket, LTH, at the same seed, sparsity and rewind epoch: how much of A a method copies.</summary>
    Lth,
}
