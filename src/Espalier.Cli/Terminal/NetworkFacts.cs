using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Cli.Terminal;

/// <summary>A node as <c>network show</c> prints it.</summary>
internal sealed record NodeFacts(
    string Name,
    string Operation,
    IReadOnlyList<string> Reads,
    string Output,
    long Parameters,
    long? Zeros,
    long Flops,
    IReadOnlyList<string> Groups
);

/// <summary>A permutation group, and what ties its units together.</summary>
/// <param name="Name">Of the node that first gives its units out.</param>
/// <param name="Units">How many.</param>
/// <param name="Blocks">That move as wholes; 1 if every unit is free.</param>
/// <param name="MovesWith">Other groups whose blocks move alike.</param>
/// <param name="WrittenBy">Layers whose outputs are its units.</param>
/// <param name="ReadBy">Layers whose inputs they are.</param>
/// <param name="TiedBy">Sums and products that make units of several layers one.</param>
/// <param name="SeenAt">Where activations are matched.</param>
internal sealed record GroupFacts(
    string Name,
    int Units,
    int Blocks,
    IReadOnlyList<string> MovesWith,
    IReadOnlyList<string> WrittenBy,
    IReadOnlyList<string> ReadBy,
    IReadOnlyList<string> TiedBy,
    IReadOnlyList<string> SeenAt
);

/// <summary>All that follows from a network's description, in words.</summary>
internal sealed record NetworkFacts(
    string Name,
    string Fingerprint,
    string Input,
    int Classes,
    long Parameters,
    long Flops,
    IReadOnlyList<NodeFacts> Nodes,
    IReadOnlyList<GroupFacts> Groups
)
{
    /// <param name="network">Its description.</param>
    /// <param name="weights">Whose zeros to count; null for none.</param>
    public static NetworkFacts Of(Network network, WeightSet? weights)
    {
        PermutationGroups groups = PermutationGroups.Of(network);
        ILookup<int, Parameter> owned = network.Parameters.ToLookup(p => p.Node);
        return new NetworkFacts(
            network.Name,
            network.Fingerprint,
            $"{network.InputShape}",
            network.Classes,
            network.ParameterCount,
            (long)network.TestingOperations(),
            [
                .. network.Nodes.Select(
                    (node, i) =>
                        new NodeFacts(
                            node.Name,
                            network.Describe(i),
                            [.. node.Inputs.Select(input => network.Nodes[input].Name)],
                            $"{network.Shapes[i]}",
                            owned[i].Sum(p => (long)p.Count),
                            weights is null ? null : owned[i].Sum(p => weights.Read(p).LongCount(value => value == 0)),
                            2
                                * (
                                    owned[network.OwnerOf(i)].Sum(p => p.Count * network.UsesPerWeight(p, i))
                                    + network.WeightlessMultiplyAccumulates(i)
                                ),
                            [.. Along(groups.AxisOf(i)).Select(group => groups.Groups[group].Name)]
                        )
                ),
            ],
            [.. groups.Groups.Select(group => Of(groups, group))]
        );
    }

    private static GroupFacts Of(PermutationGroups groups, PermutationGroup group)
    {
        Network network = groups.Network;
        string[] Layers(Func<Parameter, int> dimension) =>
            [
                .. network
                    .Parameters.Where(p => p.IsWeight && groups.AxesOf(p)[dimension(p)] is { } axis && Along(axis).Contains(group.Index))
                    .SelectMany(network.UsersOf)
                    .Select(node => network.Nodes[node].Name),
            ];
        return new GroupFacts(
            group.Name,
            group.Units,
            group.Blocks,
            [
                .. groups
                    .Groups.Where(other => other.Family >= 0 && other.Family == group.Family && other != group)
                    .Select(other => other.Name),
            ],
            Layers(p => p.UnitAxis),
            Layers(p => 1 - p.UnitAxis),
            [
                .. network
                    .Nodes.Where((node, i) => node.Operation is Add or Multiply && Along(groups.AxisOf(i)).Contains(group.Index))
                    .Select(node => node.Name),
            ],
            [.. group.Taps.Select(tap => network.Nodes[tap.Node].Name)]
        );
    }

    private static IEnumerable<int> Along(Axis axis) => axis.Segments.Select(run => run.Group).Where(group => group >= 0).Distinct();
}
