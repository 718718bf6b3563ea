using System.Text.Json;
using System.Text.Json.Nodes;

namespace Espalier.Networks;

/// <summary>The JSON schema of a network's description, for editors: which operations there are, their fields, and what may stand
/// there.</summary>
public static class NetworkSchema
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The schema as JSON, draft 2020-12.</summary>
    public static string Write() =>
        new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "A network as Espalier describes it",
            ["type"] = "object",
            ["required"] = List("name", "nodes"),
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["name"] = new JsonObject { ["type"] = "string", ["description"] = "What reports call the network." },
                ["nodes"] = new JsonObject
                {
                    ["type"] = "array",
                    ["description"] = "In the order they are computed; the first is the input, the last gives the class logits.",
                    ["minItems"] = 2,
                    ["items"] = Node(),
                },
            },
        }.ToJsonString(Options) + "\n";

    private static JsonObject Node() =>
        new()
        {
            ["type"] = "object",
            ["required"] = List("name", "operation"),
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["name"] = new JsonObject { ["type"] = "string", ["description"] = "Unique; its arrays are named after it." },
                ["inputs"] = new JsonObject
                {
                    ["type"] = "array",
                    ["description"] = "Names of earlier nodes; left out, the node before.",
                    ["items"] = new JsonObject { ["type"] = "string" },
                },
                ["weights"] = new JsonObject
                {
                    ["type"] = "string",
                    ["description"] = "Name of the earlier node whose weights it uses; left out, its own.",
                },
                ["operation"] = new JsonObject { ["oneOf"] = new JsonArray([.. OperationKind.All.Select(Operation)]) },
            },
        };

    private static JsonObject Operation(OperationKind kind)
    {
        var properties = new JsonObject { ["op"] = new JsonObject { ["const"] = kind.Name } };
        foreach (OperationField field in kind.Fields)
        {
            JsonObject of = Field(field);
            if (field.Default is { } usual)
                of["default"] = JsonSerializer.SerializeToNode(usual, usual.GetType(), NetworkJson.Options);
            properties[field.Name] = of;
        }
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = List(["op", .. kind.Fields.Where(field => field.Default is null).Select(field => field.Name)]),
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    private static JsonObject Field(OperationField field)
    {
        if (field.Type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (field.Type.IsEnum)
            return new JsonObject { ["enum"] = List([.. field.Words.Keys]) };
        JsonObject number = new() { ["type"] = field.Type == typeof(double) ? "number" : "integer" };
        if (field.Range is { } range)
        {
            (double least, double most) = range.Bounds;
            number[range.Above ? "exclusiveMinimum" : "minimum"] = least;
            if (double.IsFinite(most))
                number["maximum"] = most;
        }
        if (field.Type != typeof(Extent))
            return number;
        var two = new JsonObject
        {
            ["type"] = "array",
            ["minItems"] = 2,
            ["maxItems"] = 2,
            ["items"] = number.DeepClone(),
        };
        return new JsonObject { ["anyOf"] = new JsonArray(number, two) };
    }

    private static JsonArray List(params string[] words) => new([.. words.Select(word => JsonValue.Create(word))]);
}
