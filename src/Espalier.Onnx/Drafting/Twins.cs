using Espalier.Networks;

namespace Espalier.Onnx.Drafting;

/// <summary>Nodes that read the same arrays of the model: the later ones use the first one's.</summary>
internal static class Twins
{
    /// <summary>The first node whose arrays a node uses; null if it is that itself, or none has them all.</summary>
    public static int? Of(IReadOnlyList<DraftNode> nodes, int i) =>
        nodes[i].Arrays.Count > 0
        && nodes[i].Operation is not BatchNorm
        && nodes[i].Arrays.Values.All(array => array.Of.Name.Length > 0)
        && Enumerable.Range(0, i).FirstOrDefault(other => Same(nodes[other], nodes[i]), -1) is var first and >= 0
            ? first
            : null;

    private static bool Same(DraftNode one, DraftNode other) =>
        Kind(one.Operation) == Kind(other.Operation)
        && one.Arrays.Count == other.Arrays.Count
        && one.Arrays.All(pair =>
            other[pair.Key] is { } array
            && array.IsTransposed == pair.Value.IsTransposed
            && array.Of.Name == pair.Value.Of.Name
            && array.Of.Dims.SequenceEqual(pair.Value.Of.Dims)
        );

    /// <summary>What has to be the same beside the arrays.</summary>
    private static (Type Kind, int Groups, bool Vector) Kind(Operation operation) =>
        (operation.GetType(), operation is Conv conv ? conv.Groups : 1, operation is Scale { Vector: true });
}
