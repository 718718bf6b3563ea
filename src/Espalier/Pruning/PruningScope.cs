namespace Espalier.Pruning;

/// <summary>What scores of weights are compared with.</summary>
public enum PruningScope
{
    /// <summary>All others: one threshold for all prunable arrays, so that some of them may lose more than others.</summary>
    Global,

    /// <summary>Those of their own array: every array keeps the same share of what it keeps now.</summary>
    Layer,
}
