using Espalier.Networks;

namespace Espalier.Cli.Terminal;

/// <summary>What a node computes, and whose weights with.</summary>
internal static class NodeDescription
{
    /// <summary>Such as <c>conv out=8 kernel=3, shares weights of 'conv1'</c>.</summary>
    public static string Describe(this Network network, int node) =>
        network.Nodes[node].Operation.Describe()
        + (network.Nodes[node].WeightsOf is { } of ? $", shares weights of '{network.Nodes[of].Name}'" : "");
}
