using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Networks;

/// <summary>A network as a JSON file: how a user describes one of their own, and how artefacts carry theirs.</summary>
public static class NetworkJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowOutOfOrderMetadataProperties = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectRequiredConstructorParameters = true,
    };

    private sealed record Description(string Name, IReadOnlyList<NodeDescription> Nodes);

    private sealed record NodeDescription(string Name, Operation Operation, IReadOnlyList<string>? Inputs = null);

    /// <summary>The graph as JSON; nodes name their inputs, and a node that reads just the one before it leaves them out.</summary>
    public static string Write(Network network) => JsonSerializer.Serialize(new Description(network.Name, Describe(network)), Options);

    /// <summary>The graph without its display name: what <see cref="Network.Fingerprint"/> is taken of.</summary>
    internal static string Canonical(Network network) => JsonSerializer.Serialize(Describe(network), Options);

    /// <summary>Reads a graph.</summary>
    /// <param name="json">As <see cref="Write"/> gives it.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InputException">The text is no network; the message says where.</exception>
    public static Network Read(string json, string source)
    {
        try
        {
            Description description = JsonSerializer.Deserialize<Description>(json, Options) ?? throw new JsonException("the file holds null");
            if (description.Name is null || description.Nodes is null) throw new InputException($"{source} describes a network without a name or without nodes.");
            var index = new Dictionary<string, int>(StringComparer.Ordinal);
            var nodes = new List<Node>();
            foreach (NodeDescription node in description.Nodes)
            {
                if (node?.Operation is null || node.Name is null) throw new InputException($"{source}: node {nodes.Count} has no name or no operation.");
                int[] inputs = node.Operation is Input ? []
                    : node.Inputs is null ? [nodes.Count - 1]
                    : [.. node.Inputs.Select(name => name is not null && index.TryGetValue(name, out int at) ? at
                        : throw new InputException($"{source}: node '{node.Name}' reads '{name}', which does not come before it."))];
                index[node.Name] = nodes.Count;
                nodes.Add(new Node(node.Name, node.Operation, inputs));
            }
            return Build(description.Name, nodes, source);
        }
        catch (InputException fault) when (!fault.Message.StartsWith(source, StringComparison.Ordinal))
        {
            throw new InputException($"{source}: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            throw new InputException($"{source} does not describe a network: {fault.Message.Split('\n')[0]}", fault);
        }
    }

    private static Network Build(string name, List<Node> nodes, string source)
    {
        try
        {
            return new Network(name, nodes);
        }
        catch (InputException fault)
        {
            throw new InputException($"{source}: {fault.Message}", fault);
        }
    }

    private static List<NodeDescription> Describe(Network network) =>
    [
        .. network.Nodes.Select((node, i) => new NodeDescription(node.Name, node.Operation,
            node.Operation is Input || node.Inputs is [var only] && only == i - 1 ? null : [.. node.Inputs.Select(input => network.Nodes[input].Name)])),
    ];
}
