namespace Espalier.Networks;

/// <summary>Arrays that several nodes use: which do, and whether they can.</summary>
internal static class SharedArrays
{
    /// <summary>The arrays of a node that uses another's, under its own names.</summary>
    /// <param name="network">What to call the network in messages.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="i">One with <see cref="Node.WeightsOf"/>.</param>
    /// <param name="shapes">Of the nodes before it.</param>
    /// <param name="known">The arrays of the nodes before it.</param>
    /// <exception cref="InputException">It cannot use those arrays; the message says why.</exception>
    public static IEnumerable<SharedArray> Of(
        string network,
        IReadOnlyList<Node> nodes,
        int i,
        IReadOnlyList<Shape> shapes,
        IReadOnlyList<Parameter> known
    )
    {
        Node node = nodes[i];
        int of = node.WeightsOf ?? throw new ArgumentException("It has arrays of its own.", nameof(i));
        string here = $"Node '{node.Name}' of network '{network}'";
        if (of < 0 || of >= i)
            throw new InputException($"{here} uses the weights of node {of}, which does not come before it.");
        Node owner = nodes[of];
        here += $" uses the weights of '{owner.Name}'";
        if (owner.WeightsOf is { } third)
            throw new InputException($"{here}, which has none of its own; expected '{nodes[third].Name}', whose they are.");
        if (node.Operation is BatchNorm { AsFlow: false })
            throw new InputException($"{here}, but batch-norms share none: their statistics are of one place each.");
        if (owner.Operation.GetType() != node.Operation.GetType())
            throw new InputException(
                $"{here}, but is a {Kind(node)} and that a {Kind(owner)}; expected one kind (a transposed weight is not shared)."
            );
        Shape input = node.Inputs.Count > 0 ? shapes[node.Inputs[0]] : default;
        Parameter[] own = [.. ParameterInference.Of(node, i, input).Where(p => !p.IsBuffer)],
            theirs = [.. known.Where(p => p.Node == of && !p.IsBuffer)];
        if (own.Length == 0 && theirs.Length == 0)
            throw new InputException($"{here}, but a {Kind(node)} has no weights.");
        if (!own.Select(Geometry).SequenceEqual(theirs.Select(Geometry)) || Groups(node) != Groups(owner))
            throw new InputException($"{here}, but needs {Words(own, node)}, and that has {Words(theirs, owner)}; expected the same.");
        bool isCalledAgain = IsCalledAgain(node.Name, owner.Name);
        return own.Zip(theirs, (p, array) => new SharedArray(isCalledAgain ? array.Name : p.Name, i, array));
    }

    private static bool IsCalledAgain(string name, string owner) =>
        name.StartsWith(owner + "#", StringComparison.Ordinal)
        && name[(owner.Length + 1)..] is { Length: > 0 } rest
        && rest.All(char.IsAsciiDigit);

    private static string Geometry(Parameter p) => $"{p.Kind} {string.Join(",", p.Shape)}";

    private static int Groups(Node node) => node.Operation is Conv conv ? conv.Groups : 1;

    private static string Kind(Node node) => OperationKind.Of(node.Operation).Name;

    private static string Words(Parameter[] arrays, Node node)
    {
        string all = string.Join(" and ", arrays.Select(p => $"[{string.Join(",", p.Shape)}]"));
        return (all.Length == 0 ? "none" : all) + (Groups(node) > 1 ? $" in {Groups(node)} groups" : "");
    }
}
