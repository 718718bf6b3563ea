namespace Espalier.Networks;

/// <summary>Walks a graph once and says for every node which blocks of units lie along its channel axis.</summary>
internal static class AxisInference
{
    public static IReadOnlyList<IReadOnlyList<UnitRun>> Run(Network network)
    {
        var axes = new List<IReadOnlyList<UnitRun>>(network.Nodes.Count);
        var positions = new PositionAxes(network, axes);
        for (int i = 0; i < network.Nodes.Count; i++)
        {
            positions.Next();
            Node node = network.Nodes[i];
            IReadOnlyList<UnitRun> input = node.Inputs.Count > 0 ? axes[node.Inputs[0]] : [];
            // One array has one order along each axis, whoever uses it.
            if (node.WeightsOf is { } of)
                UnitBlock.Tie(axes[network.Nodes[of].Inputs[0]], input);
            axes.Add(
                node.Operation switch
                {
                    Input op => Fresh(node.Name, i, op.Channels, isFixed: true),
                    Conv { Groups: > 1 } op => Convolved(node.Name, i, input, op, network.Shapes[node.Inputs[0]].Channels),
                    Conv op => Fresh(node.Name, i, op.Out, isFixed: false),
                    ConvTranspose op => Fresh(node.Name, i, op.Out, isFixed: false),
                    Linear op => Fresh(node.Name, i, op.Out, isFixed: false),
                    Add or Multiply => Joined(network, i, axes),
                    GroupNorm op => Normalised(node.Name, i, input, op.Groups, network.Shapes[i].Channels),
                    Transpose => positions.AsChannels(node.Inputs[0], i),
                    Attention op => Attended(node.Name, i, input, op, network.Shapes[i].Channels),
                    Concat => [.. node.Inputs.SelectMany(from => axes[from])],
                    PadShortcut op => Padded(node.Name, i, input, (op.Out - network.Shapes[node.Inputs[0]].Channels) / 2),
                    Flatten =>
                    [
                        .. input.Select(run => run with { Multiplicity = run.Multiplicity * network.Shapes[node.Inputs[0]].Positions }),
                    ],
                    _ => input,
                }
            );
            if (node.WeightsOf is { } owner)
                UnitBlock.Tie(axes[owner], axes[i]);
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
        UnitBlock.Settle(axes);
        return axes;
    }

    private static UnitRun[] Fresh(string name, int order, int units, bool isFixed) =>
        [new UnitRun(new UnitBlock(name, order, units, isFixed), 1)];

    private static IReadOnlyList<UnitRun> Tied(IReadOnlyList<UnitRun> left, IReadOnlyList<UnitRun> right)
    {
        UnitBlock.Tie(left, right);
        return left;
    }

    /// <summary>
    /// A grouped convolution keeps its function if whole groups move, inputs and outputs alike, and if units move within them. With one
    /// unit in each group, channels pass through.
    /// </summary>
    private static IReadOnlyList<UnitRun> Convolved(string name, int order, IReadOnlyList<UnitRun> input, Conv op, int channels)
    {
        if (op.PassesChannels(channels))
            return input;
        var structure = new BlockStructure(op.Groups, new BlockFamily());
        UnitBlock.Tie(input, [new UnitRun(new UnitBlock($"{name}.in", order, channels, structure), 1)]);
        return [new UnitRun(new UnitBlock(name, order, op.Out, structure), 1)];
    }

    /// <summary>
    /// Heads move as wholes, in queries, keys and values alike. Within one, a unit of the queries meets that of the keys, and values are
    /// given out.
    /// </summary>
    private static IReadOnlyList<UnitRun> Attended(string name, int order, IReadOnlyList<UnitRun> input, Attention op, int units)
    {
        var structure = new BlockStructure(op.Heads, new BlockFamily());
        var keys = new UnitRun(new UnitBlock($"{name}.keys", order, units, structure), 1);
        var values = new UnitRun(new UnitBlock($"{name}.values", order, units, structure), 1);
        UnitBlock.Divide(input, units, 2 * units);
        UnitBlock.Tie(input, [keys, keys, values]);
        return [values];
    }

    /// <summary>Inputs are tied to each other but those whose single channel is stretched.</summary>
    private static IReadOnlyList<UnitRun> Joined(Network network, int node, List<IReadOnlyList<UnitRun>> axes)
    {
        int[] whole = [.. network.Nodes[node].Inputs.Where(input => network.Shapes[input].Channels == network.Shapes[node].Channels)];
        foreach (int input in whole.Skip(1))
            UnitBlock.Tie(axes[whole[0]], axes[input]);
        return axes[whole[0]];
    }

    /// <summary>A norm over several groups tells them apart: what moves units within each remains.</summary>
    private static IReadOnlyList<UnitRun> Normalised(string name, int order, IReadOnlyList<UnitRun> input, int groups, int channels)
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
