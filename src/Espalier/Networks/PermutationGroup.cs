namespace Espalier.Networks;

/// <summary>
/// Units that must be permuted together, wherever they occur: a hidden layer, or all layers that write to one residual stream.
/// </summary>
/// <param name="Index">Position in <see cref="PermutationGroups.Groups"/>.</param>
/// <param name="Name">Name of the first node that produces the units.</param>
/// <param name="Units">How many there are.</param>
/// <param name="Taps">Where their activations can be observed, in topological order: after each nonlinearity that carries them.</param>
public sealed record PermutationGroup(int Index, string Name, int Units, IReadOnlyList<Tap> Taps)
{
    /// <summary>Equal parts of the units that move as wholes: the groups of a grouped convolution, or heads. 1 where every unit may go
    /// anywhere.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Groups of the same family, 0 and up, move their blocks alike; −1 where there are no blocks.</summary>
    public int Family { get; init; } = -1;

    /// <summary>Whether an array that several nodes use ties them: each use shows other activations of the same units.</summary>
    internal bool IsShared { get; init; }
}

/// <summary>A place where a group's activations are observed.</summary>
/// <param name="Node">Index of the node whose output is read.</param>
/// <param name="Offset">First channel of the group there.</param>
public readonly record struct Tap(int Node, int Offset);
