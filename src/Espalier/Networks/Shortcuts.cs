using System.Collections;

namespace Espalier.Networks;

/// <summary>Which layers of a network are shortcuts, found by its wiring and not by their names.</summary>
public static class Shortcuts
{
    /// <summary>
    /// The convolutions and linear layers that lie on a branch of a sum as its only such layer, while the sum's other branch has two or more in a
    /// row. A branch is what leads to one side of the sum and not to the other.
    /// </summary>
    /// <returns>Indices of their nodes, ascending.</returns>
    public static IReadOnlySet<int> Of(Network network)
    {
        var before = new BitArray[network.Nodes.Count];
        var found = new SortedSet<int>();
        for (int i = 0; i < network.Nodes.Count; i++)
        {
            before[i] = new BitArray(network.Nodes.Count);
            foreach (int input in network.Nodes[i].Inputs) before[i].Or(before[input])[input] = true;
            if (network.Nodes[i] is not { Operation: Add, Inputs: [int left, int right] }) continue;
            int[] ofLeft = Branch(left, right), ofRight = Branch(right, left);
            (int shallow, int deep) = (LayersInARow(network, ofLeft), LayersInARow(network, ofRight)) is var (l, r) && l < r ? (l, r) : (r, l);
            if (shallow == 1 && deep > 1) found.UnionWith((l < r ? ofLeft : ofRight).Where(node => IsLayer(network, node)));
        }
        return found;

        int[] Branch(int end, int other) => [.. Enumerable.Range(0, end + 1).Where(node => (node == end || before[end][node]) && node != other && !before[other][node])];
    }

    private static bool IsLayer(Network network, int node) => network.Nodes[node].Operation is Conv or DepthwiseConv or Linear;

    /// <summary>The most layers on any way along a branch.</summary>
    private static int LayersInARow(Network network, int[] branch)
    {
        var most = new Dictionary<int, int>();
        foreach (int node in branch)
            most[node] = network.Nodes[node].Inputs.Max(input => (int?)most.GetValueOrDefault(input)).GetValueOrDefault() + (IsLayer(network, node) ? 1 : 0);
        return most.Values.DefaultIfEmpty(0).Max();
    }
}
