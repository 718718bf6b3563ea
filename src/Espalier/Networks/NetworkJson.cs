using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Espalier.Files;

namespace Espalier.Networks;

/// <summary>A network as a JSON file: how a user describes one of their own, and how artefacts carry theirs.</summary>
public static class NetworkJson
{
    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AsDeclared } },
    };

    private sealed record Description(string Name, IReadOnlyList<NodeDescription> Nodes);

    private sealed record NodeDescription(
        string Name,
        Operation Operation,
        IReadOnlyList<string>? Inputs,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Weights
    );

    /// <summary>The graph as JSON; nodes name their inputs, and a node that reads just the one before it leaves them out.</summary>
    public static string Write(Network network) => JsonSerializer.Serialize(new Description(network.Name, Describe(network)), Options);

    /// <summary>Writes a graph as a file to read and to edit, a node a line.</summary>
    /// <param name="path">Replaced whole, or not at all.</param>
    /// <param name="network">The graph.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteFile(string path, Network network)
    {
        using JsonDocument all = JsonDocument.Parse(Write(network));
        IEnumerable<string> nodes = all
            .RootElement.GetProperty("nodes")
            .EnumerateArray()
            .Select(node => $"    {node.GetRawText()}".Replace(",\"inputs\":null", "", StringComparison.Ordinal));
        string name = all.RootElement.GetProperty("name").GetRawText();
        AtomicFile.WriteText(path, $"{{\n  \"name\": {name},\n  \"nodes\": [\n{string.Join(",\n", nodes)}\n  ]\n}}\n");
    }

    /// <summary>The graph without its display name: what <see cref="Network.Fingerprint"/> is taken of.</summary>
    internal static string Canonical(Network network) => JsonSerializer.Serialize(Describe(network), Options);

    /// <summary>Reads a graph.</summary>
    /// <param name="json">As <see cref="Write"/> gives it.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InputException">The text is no network; the message says the node, the line and the field.</exception>
    public static Network Read(string json, string source) => new NetworkReader(source).Read(JsonPart.Parse(json, source));

    /// <summary>Reads a graph from a file.</summary>
    /// <exception cref="InputException">The file is missing or holds no network; the message says where.</exception>
    public static Network ReadFile(string path) => Read(FileFaults.Reading(path, () => File.ReadAllText(path)), path);

    /// <summary>Whether a file begins as a JSON text does, whatever it is called.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static bool IsText(string path)
    {
        byte[] head = new byte[64];
        using FileStream file = FileFaults.Open(path);
        ReadOnlySpan<byte> found = FileFaults.Reading(path, () => head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        if (found.StartsWith(Encoding.UTF8.Preamble))
            found = found[Encoding.UTF8.Preamble.Length..];
        found = found.TrimStart(" \t\r\n"u8);
        return found.Length > 0 && found[0] is (byte)'{' or (byte)'/' && !found.Contains((byte)0);
    }

    /// <summary>
    /// Fields are written in the order of their declaration, and those that came later only where they say something: fingerprints of
    /// networks that were described before stay.
    /// </summary>
    private static void AsDeclared(JsonTypeInfo type)
    {
        if (!type.Type.IsSubclassOf(typeof(Operation)))
            return;
        OperationKind kind = OperationKind.Of(type.Type);
        for (int i = 0; i < kind.Fields.Count; i++)
        {
            OperationField field = kind.Fields[i];
            JsonPropertyInfo property = type.Properties.Single(of => of.Name == field.Name);
            property.Order = i;
            if (field is { IsLeftOut: true, Default: { } usual })
                property.ShouldSerialize = (_, value) => !usual.Equals(value);
        }
    }

    private static List<NodeDescription> Describe(Network network) =>
        [
            .. network.Nodes.Select(
                (node, i) =>
                    new NodeDescription(
                        node.Name,
                        node.Operation,
                        node.Operation is Input || node.Inputs is [var only] && only == i - 1
                            ? null
                            : [.. node.Inputs.Select(input => network.Nodes[input].Name)],
                        node.WeightsOf is { } of ? network.Nodes[of].Name : null
                    )
            ),
        ];
}
