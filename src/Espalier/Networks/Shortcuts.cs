using System.Collections;

namespace Espalier.Networks;

/// <summary>Which layers of a network are shortcuts, found by its wiring and not by their names.</summary>
public static class Shortcuts
{
    /// <summary>
    /// The convolutions and linear layers on a branch of a sum that has no two of them in a row, while the sum's other branch has.
    /// A branch is what leads to one side of the sum and not to the other.
    /// </summary>
    /// <returns>Indices of their nodes, ascending.</returns>
    public static IReadOnlySet<int> Of(Network network)
    {
        var before = new BitArray[network.Nodes.Count];
        var found = new SortedSet<int>();
        for (int i = 0; i < network.Nodes.Count; i++)
        {
            before[i] = new BitArray(network.Nodes.Count);
            foreach (int input in network.Nodes[i].Inputs)
                before[i].Or(before[input])[input] = true;
            if (network.Nodes[i] is not { Operation: Add, Inputs: [int left, int right] })
                continue;
            int[] ofLeft = Branch(left, right),
                ofRight = Branch(right, left);
            (int inLeft, int inRight) = (LayersInARow(network, ofLeft), LayersInARow(network, ofRight));
            if (Math.Min(inLeft, inRight) == 1 && Math.Max(inLeft, inRight) > 1)
                found.UnionWith((inLeft == 1 ? ofLeft : ofRight).Where(node => IsLayer(network, node)));
        }
        return found;

        int[] Branch(int end, int other) => [.. Enumerable.Range(0, end + 1).Where(node => Leads(node, end) && !Leads(node, other))];
        bool Leads(int node, int end) => node == end || before[end][node];
    }

    private static bool IsLayer(Network network, int node) => network.Nodes[node].Operation.IsLayer();

    /// <summary>The most layers on any way along a branch.</summary>
    private static int LayersInARow(Network network, int[] branch)
    {
        var most = new Dictionary<int, int>();
        foreach (int node in branch)
        {
            int above = network.Nodes[node].Inputs.Select(input => most.GetValueOrDefault(input)).DefaultIfEmpty(0).Max();
            most[node] = above + (IsLayer(network, node) ? 1 : 0);
        }
        return most.Values.DefaultIfEmpty(0).Max();
    }
}
