namespace Espalier.Networks;

/// <summary>
/// Which units lie along the positions of every node's output: none that could be permuted (null), since images' positions cannot, but
/// where channels were made tokens.
/// </summary>
/// <param name="network">The graph.</param>
/// <param name="channels">For every node so far, what lies along its channels.</param>
internal sealed class PositionAxes(Network network, IReadOnlyList<IReadOnlyList<UnitRun>> channels)
{
    private readonly List<IReadOnlyList<UnitRun>?> _positions = [];

    /// <summary>What becomes of them at the next node, whose channels are not known yet.</summary>
    public void Next()
    {
        Node node = network.Nodes[_positions.Count];
        _positions.Add(
            node.Operation switch
            {
                Transpose => channels[node.Inputs[0]],
                Add or Multiply or Concat => Joined(node),
                GlobalAveragePool => null,
                Linear { Along: LinearAxis.Channels } or Scale or Attention => _positions[node.Inputs[0]],
                { } operation when operation.IsNonlinearity() || operation.IsNorm() || operation.IsNothing() => _positions[node.Inputs[0]],
                _ => Pinned(node.Inputs),
            }
        );
    }

    /// <summary>What were positions, as channels.</summary>
    public IReadOnlyList<UnitRun> AsChannels(int node, int order) =>
        _positions[node]
        ?? [new UnitRun(new UnitBlock(network.Nodes[order].Name, order, network.Shapes[node].Positions, isFixed: true), 1)];

    /// <summary>Everything that tells positions apart leaves them where they are.</summary>
    private IReadOnlyList<UnitRun>? Pinned(IEnumerable<int> inputs)
    {
        foreach (int input in inputs)
            if (_positions[input] is { } runs)
                UnitBlock.Fix(runs);
        return null;
    }

    /// <summary>Inputs of as many positions are tied; one that has none to move holds the others.</summary>
    private IReadOnlyList<UnitRun>? Joined(Node node)
    {
        int most = node.Inputs.Max(input => network.Shapes[input].Positions);
        int[] whole = [.. node.Inputs.Where(input => network.Shapes[input].Positions == most)];
        if (
            whole.Any(input => _positions[input] is null)
            || node.Inputs.Any(input => network.Shapes[input].Positions is > 1 and var n && n < most)
        )
            return Pinned(node.Inputs);
        foreach (int input in whole.Skip(1))
            UnitBlock.Tie(_positions[whole[0]]!, _positions[input]!);
        return _positions[whole[0]];
    }
}
