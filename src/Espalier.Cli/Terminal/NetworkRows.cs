using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Cli.Terminal;

/// <summary>A network as <c>show</c> prints it: a node a row, and what follows from the wiring in a sentence.</summary>
internal static class NetworkRows
{
    public static (string Title, string[] Headings, IEnumerable<object[]> Rows) Of(Network network)
    {
        PermutationGroups groups = PermutationGroups.Of(network);
        string[] shortcuts = [.. Shortcuts.Of(network).Select(node => network.Nodes[node].Name)];
        long weights = network.Parameters.Where(p => p.IsWeight).Sum(p => (long)p.Count);
        long prunable = PrunableSet.NoShortcuts.Of(network).Sum(p => (long)p.Count);
        string title =
            $"Network {network}, fingerprint {network.Fingerprint}: images {network.InputShape}, "
            + $"{Counted.Of(network.Classes, "class", "classes")}, "
            + $"{network.MultiplyAccumulates():N0} multiply-accumulates an image, "
            + $"{Counted.Of(groups.Groups.Count, "group")} of units that can be permuted, "
            + $"{prunable:N0} of {weights:N0} weights prunable without shortcuts "
            + $"({(shortcuts.Length == 0 ? "none" : string.Join(", ", shortcuts))}).";
        return (
            title,
            ["node", "operation", "reads", "output", "parameters", "groups"],
            network.Nodes.Select(
                (node, i) =>
                    new object[]
                    {
                        node.Name,
                        network.Describe(i),
                        string.Join(", ", node.Inputs.Select(input => network.Nodes[input].Name)),
                        $"{network.Shapes[i]}",
                        network.Parameters.Where(p => p.Node == i).Sum(p => (long)p.Count),
                        string.Join(", ", GroupsOf(groups, network, i)),
                    }
            )
        );
    }

    /// <summary>Names of the groups whose units a node's own weights give out.</summary>
    private static IEnumerable<string> GroupsOf(PermutationGroups groups, Network network, int node) =>
        network
            .Parameters.Where(p => p.Node == network.OwnerOf(node) && p.IsWeight)
            .SelectMany(p => groups.AxesOf(p)[p.UnitAxis]!.Segments)
            .Where(segment => segment.Group >= 0)
            .Select(segment => groups.Groups[segment.Group].Name);
}
