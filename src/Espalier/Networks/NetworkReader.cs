using System.Globalization;
using System.Text.Json;
using Espalier.Files;

namespace Espalier.Networks;

/// <summary>
/// Reads a network from the parts of its description, and says of whatever is wrong in it the node, the line, the field, and what may
/// stand there.
/// </summary>
/// <param name="source">Where it comes from.</param>
internal sealed class NetworkReader(string source)
{
    private static readonly string[] s_keys = ["name", "nodes"],
        s_nodeKeys = ["name", "operation", "inputs", "weights"];

    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];
    private readonly List<string> _places = [];

    public Network Read(JsonPart root)
    {
        if (root.Kind != JsonValueKind.Object)
            throw root.Refuse($"{root} describes no network; expected an object with a name and nodes.");
        root.MustHaveOnly("key of a network", s_keys);
        string name = (root["name"] ?? throw root.Refuse("the network has no name.")) is { Kind: JsonValueKind.String } text
            ? text.Text
            : throw root["name"]!.Refuse($"the network's name is {root["name"]}; expected a text.");
        JsonPart nodes = root["nodes"] ?? throw root.Refuse($"the network '{name}' has no nodes.");
        if (nodes.Kind != JsonValueKind.Array)
            throw nodes.Refuse($"the nodes of '{name}' are {nodes}; expected a list.");
        foreach (JsonPart node in nodes.Items)
            Add(node);
        try
        {
            return new Network(name, _nodes, i => $"{_places[i]}: ");
        }
        catch (InputException fault) when (!fault.Message.StartsWith(source, StringComparison.Ordinal))
        {
            throw new InputException($"{source}: {fault.Message}", fault);
        }
    }

    private void Add(JsonPart part)
    {
        if (part.Kind != JsonValueKind.Object)
            throw part.Refuse($"node {_nodes.Count} is {part}; expected an object with a name and an operation.");
        part.MustHaveOnly("key of a node", s_nodeKeys);
        if (part["name"] is not { Kind: JsonValueKind.String } named)
            throw (part["name"] ?? part).Refuse($"node {_nodes.Count} has no name; expected a text.");
        string name = named.Text;
        Operation operation = OperationOf(part, name);
        int[] inputs = InputsOf(part, name, operation);
        Node read = new(name, operation, inputs) { WeightsOf = WeightsOf(part, name) };
        _index[name] = _nodes.Count;
        _places.Add(part.Place);
        _nodes.Add(read);
    }

    private static Operation OperationOf(JsonPart node, string name)
    {
        if (node["operation"] is not { } part)
            throw node.Refuse($"node '{name}' has no operation; expected one such as {{ \"op\": \"relu\" }}.");
        if (part.Kind != JsonValueKind.Object)
            throw part.Refuse($"the operation of node '{name}' is {part}; expected an object such as {{ \"op\": \"relu\" }}.");
        string[] kinds = [.. OperationKind.All.Select(known => known.Name)];
        if (part["op"] is not { Kind: JsonValueKind.String } op)
            throw (part["op"] ?? part).Refuse($"the operation of node '{name}' has no \"op\"; expected one of {string.Join(", ", kinds)}.");
        OperationKind kind =
            OperationKind.Named(op.Text)
            ?? throw op.Refuse($"node '{name}': {Nearest.Unknown("operation", FileFaults.Shorten(op.Text), kinds).Message}");
        string[] fields = [.. kind.Fields.Select(field => field.Name)];
        foreach ((string key, JsonPart value) in part.Members.Where(member => member.Key != "op" && !fields.Contains(member.Key)))
            throw value.Refuse(
                fields.Length == 0
                    ? $"node '{name}': {kind.Name} has no fields; '{FileFaults.Shorten(key)}' was found."
                    : $"node '{name}': {Nearest.Unknown($"field of {kind.Name}", FileFaults.Shorten(key), fields).Message}"
            );
        return kind.Make([.. kind.Fields.Select(field => ValueOf(field, kind, part, name))]);
    }

    private static object ValueOf(OperationField field, OperationKind kind, JsonPart operation, string node)
    {
        JsonPart? part = operation.Members.FirstOrDefault(member => member.Key == field.Name).Value;
        if (part is null)
            return field.Default
                ?? throw operation.Refuse($"node '{node}': {kind.Name} has no field '{field.Name}'; expected {field.Expected}.");
        if (field.Type == typeof(bool) && part.Kind is JsonValueKind.True or JsonValueKind.False)
            return part.Kind == JsonValueKind.True;
        if (field.Type == typeof(Extent) && part is { Kind: JsonValueKind.Array, Items: [{ } rows, { } columns] })
        {
            if (Whole(rows) is { } height && Whole(columns) is { } width)
                return new Extent(height, width);
        }
        else if (Whole(part) is { } whole && (field.Type == typeof(int) || field.Type == typeof(Extent)))
            return field.Type == typeof(int) ? (object)whole : (Extent)whole;
        if (
            field.Type == typeof(double)
            && part.Kind == JsonValueKind.Number
            && double.TryParse(part.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        )
            return number;
        if (field.Type.IsEnum && part.Kind == JsonValueKind.String && field.Words.TryGetValue(part.Text, out object? word))
            return word;
        throw part.Refuse($"node '{node}': the field '{field.Name}' of {kind.Name} is {part}; expected {field.Expected}.");
    }

    private static int? Whole(JsonPart part) =>
        part.Kind == JsonValueKind.Number
        && int.TryParse(part.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole)
            ? whole
            : null;

    private int[] InputsOf(JsonPart part, string name, Operation operation)
    {
        JsonPart? given = part["inputs"];
        if (given is null)
            return operation is Input ? [] : [_nodes.Count - 1];
        string found = given.Kind == JsonValueKind.Array ? "a list with other things than texts in it" : $"{given}";
        if (given.Kind != JsonValueKind.Array || given.Items.Any(item => item.Kind != JsonValueKind.String))
            throw given.Refuse($"node '{name}': its inputs are {found}; expected a list of names of nodes.");
        return
        [
            .. given.Items.Select(item =>
                _index.TryGetValue(item.Text, out int at)
                    ? at
                    : throw item.Refuse(
                        $"node '{name}' reads '{FileFaults.Shorten(item.Text)}', which does not come before it{Meant(item.Text)}"
                    )
            ),
        ];
    }

    private int? WeightsOf(JsonPart part, string name)
    {
        if (part["weights"] is not { } given)
            return null;
        if (given.Kind != JsonValueKind.String)
            throw given.Refuse($"node '{name}': its weights are {given}; expected the name of the node whose weights it uses.");
        return _index.TryGetValue(given.Text, out int at)
            ? at
            : throw given.Refuse(
                $"node '{name}' uses the weights of '{FileFaults.Shorten(given.Text)}', which does not come before it{Meant(given.Text)}"
            );
    }

    /// <summary>The end of a sentence.</summary>
    private string Meant(string name) => Nearest.Suggest(name, _index.Keys) is { } nearest ? $"; did you mean '{nearest}'?" : ".";
}
