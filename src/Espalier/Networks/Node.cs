namespace Espalier.Networks;

/// <summary>One operation of a network and where its inputs come from.</summary>
/// <param name="Name">Unique; the prefix of the parameters' names.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Inputs">Indices of earlier nodes.</param>
public sealed record Node(string Name, Operation Operation, IReadOnlyList<int> Inputs)
{
    /// <summary>
    /// Index of the earlier node whose arrays it uses; null if those that it needs are its own. That node is of the same kind, and its
    /// arrays have the same shapes.
    /// </summary>
    public int? WeightsOf { get; init; }
}
