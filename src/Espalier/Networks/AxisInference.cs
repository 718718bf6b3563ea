namespace Espalier.Networks;

/// <summary>Walks a graph once and says for every node which blocks of units lie along its channel axis.</summary>
internal static class AxisInference
{
    public static IReadOnlyList<IReadOnlyList<UnitRun>> Run(Network network)
    {
        var axes = new List<IReadOnlyList<UnitRun>>(network.Nodes.Count);
        for (int i = 0; i < network.Nodes.Count; i++)
        {
            Node node = network.Nodes[i];
            IReadOnlyList<UnitRun> input = node.Inputs.Count > 0 ? axes[node.Inputs[0]] : [];
            axes.Add(
                node.Operation switch
                {
                    Input op => Fresh(node.Name, i, op.Channels, isFixed: true),
                    Conv op => Fresh(node.Name, i, op.Out, isFixed: false),
                    Linear op => Fresh(node.Name, i, op.Out, isFixed: false),
                    Add => Tied(input, axes[node.Inputs[1]]),
                    GroupNorm op => Grouped(node.Name, i, input, op.Groups, network.Shapes[i].Channels),
                    Concat => [.. input, .. axes[node.Inputs[1]]],
                    PadShortcut op => Padded(node.Name, i, input, (op.Out - network.Shapes[node.Inputs[0]].Channels) / 2),
                    Flatten =>
                    [
                        .. input.Select(run => run with { Multiplicity = run.Multiplicity * network.Shapes[node.Inputs[0]].Positions }),
                    ],
                    _ => input,
                }
            );
        }
        // Class logits keep their order: tying them to fixed units pins whatever reaches the output.
        UnitBlock.Tie(
            axes[^1],
            [
                .. UnitBlock
                    .Resolve(axes[^1])
                    .Select(run => run with { Block = new UnitBlock("logits", network.Nodes.Count, run.Block.Units, isFixed: true) }),
            ]
        );
        return axes;
    }

    private static UnitRun[] Fresh(string name, int order, int units, bool isFixed) =>
        [new UnitRun(new UnitBlock(name, order, units, isFixed), 1)];

    private static IReadOnlyList<UnitRun> Tied(IReadOnlyList<UnitRun> left, IReadOnlyList<UnitRun> right)
    {
        UnitBlock.Tie(left, right);
        return left;
    }

    /// <summary>A norm over several groups tells them apart: what moves units within each remains.</summary>
    private static IReadOnlyList<UnitRun> Grouped(string name, int order, IReadOnlyList<UnitRun> input, int groups, int channels)
    {
        if (groups == 1 || groups == channels)
            return input;
        UnitBlock Block(int group) => new($"{name}.{group}", order, channels / groups, isFixed: false);
        return Tied(input, [.. Enumerable.Range(0, groups).Select(group => new UnitRun(Block(group), 1))]);
    }

    private static IReadOnlyList<UnitRun> Padded(string name, int order, IReadOnlyList<UnitRun> input, int padding) =>
        padding == 0
            ? input
            :
            [
                new UnitRun(new UnitBlock($"{name}.low", order, padding, isFixed: false), 1),
                .. input,
                new UnitRun(new UnitBlock($"{name}.high", order, padding, isFixed: false), 1),
            ];
}
