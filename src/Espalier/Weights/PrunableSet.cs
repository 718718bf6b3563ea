using Espalier.Networks;

namespace Espalier.Weights;

/// <summary>Which arrays pruning may touch.</summary>
public enum PrunableSet
{
    /// <summary>All convolution and linear weights except those of shortcuts (<see cref="Shortcuts"/>), as in the paper's code.
    /// What is reported as sparsity counts only these.</summary>
    NoShortcuts,

    /// <summary>All convolution and linear weights.</summary>
    AllWeights,

    /// <summary>All convolution and linear weights but shortcuts and the first and last layer, also where these share their weights with
    /// others.</summary>
    NoShortcutsNorEnds,
}

/// <summary>Resolves a <see cref="PrunableSet"/> on a network.</summary>
public static class PrunableSets
{
    /// <summary>The arrays in the set, in the network's order.</summary>
    public static IReadOnlyList<Parameter> Of(this PrunableSet set, Network network)
    {
        Parameter[] weights = [.. network.Parameters.Where(p => p.IsWeight)]; // the first is the first layer's
        if (set == PrunableSet.AllWeights)
            return weights;
        IReadOnlySet<int> shortcuts = Shortcuts.Of(network);
        return
        [
            .. weights.Where(
                (p, i) =>
                    !network.UsersOf(p).All(shortcuts.Contains) && (set == PrunableSet.NoShortcuts || (i > 0 && !network.IsClassifier(p)))
            ),
        ];
    }
}
