using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Espalier.Experiments.Recipes;
using Espalier.Files;

namespace Espalier.Experiments.Plans;

/// <summary>Grids as JSON files: comments and trailing commas are allowed, unknown keys are refused with the nearest known one.</summary>
public static class GridFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
    };

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>Keys of a grid.</summary>
    public static IReadOnlyList<string> Keys { get; } = KeysOf(typeof(Grid));

    /// <summary>Keys of its <c>options</c>.</summary>
    public static IReadOnlyList<string> OptionKeys { get; } = KeysOf(typeof(Recipe));

    /// <summary>Reads a grid.</summary>
    /// <exception cref="InputException">The file is missing or no JSON, a key is unknown, or a value is of the wrong type.</exception>
    public static Grid Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Reading(path, fault);
        }
        return Parse(text, path);
    }

    /// <summary>Reads a grid from text.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="source">What messages call it.</param>
    public static Grid Parse(string text, string source)
    {
        JsonObject root;
        try
        {
            root = JsonNode.Parse(text, documentOptions: Lenient) as JsonObject ?? throw new InputException($"'{source}' is no grid: it holds no JSON object.");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new InputException($"'{source}' is no JSON: {fault.Message.TrimEnd('.')}.", fault);
        }
        Check(root, Keys, "key", source);
        if (root["options"] is { } given) Check(given as JsonObject ?? throw new InputException($"'{source}': options is {given.ToJsonString()}; expected an object."), OptionKeys, "option", source);
        if (root["seeds"] is JsonValue range && range.GetValueKind() == JsonValueKind.String) root["seeds"] = new JsonArray([.. Ranges.Parse((string)range!, "seeds").Select(seed => (JsonNode)seed)]);
        // Options are those of the named recipe, but for those given.
        string recipe = root["recipe"]?.ToString() ?? "paper", data = root["data_set"]?.ToString() ?? new Grid().DataSet;
        var options = (JsonObject)JsonSerializer.SerializeToNode(NamedRecipes.Of(recipe, data), Options)!;
        foreach ((string key, JsonNode? value) in root["options"] as JsonObject ?? []) options[key] = value?.DeepClone();
        root["options"] = options;
        return Deserialize<Grid>(root, source);
    }

    /// <summary>A recipe with some options set: <c>round_epochs=2</c>.</summary>
    /// <exception cref="InputException">An option is unknown, or its value is of the wrong type.</exception>
    public static Recipe Set(Recipe recipe, IEnumerable<string> settings)
    {
        var options = (JsonObject)JsonSerializer.SerializeToNode(recipe, Options)!;
        foreach (string setting in settings)
        {
            string[] pair = setting.Split('=', 2);
            string key = pair[0].Trim().Replace('-', '_');
            if (!OptionKeys.Contains(key)) throw Nearest.Unknown("option", pair[0], OptionKeys);
            if (pair.Length < 2) throw new InputException($"'{setting}' sets nothing; expected name=value, such as round_epochs=2.");
            options[key] = Value(pair[1].Trim());
        }
        return Deserialize<Recipe>(options, string.Join(' ', settings));
    }

    /// <summary>Writes a grid with every option spelled out.</summary>
    public static void Write(string path, Grid grid) => AtomicFile.WriteText(path, Text(grid) + "\n");

    /// <summary>A grid as text, every option spelled out: grids that ask for the same have the same text.</summary>
    public static string Text(Grid grid) => JsonSerializer.Serialize(grid, Options);

    /// <summary>Every option of a recipe as text, in the order of its declaration.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Describe(Recipe recipe) =>
        [.. ((JsonObject)JsonSerializer.SerializeToNode(recipe, Options)!).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.ToString()))];

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text); // a name without quotes
        }
    }

    private static void Check(JsonObject given, IReadOnlyList<string> known, string kind, string source)
    {
        foreach ((string key, _) in given)
            if (!known.Contains(key)) throw new InputException($"'{source}': {Nearest.Unknown(kind, key, known).Message}");
    }

    private static T Deserialize<T>(JsonNode node, string source)
    {
        try
        {
            return node.Deserialize<T>(Options)!;
        }
        catch (InputException fault)
        {
            throw new InputException($"'{source}': {fault.Message}", fault);
        }
        catch (JsonException fault)
        {
            string key = (fault.Path ?? "").TrimStart('$', '.');
            JsonNode? found = key.Split('.', '[')[0] is { Length: > 0 } name ? node[name] : null;
            throw new InputException($"'{source}': {(key.Length == 0 ? "a value" : key)} cannot be {(found is null ? "missing" : found.ToJsonString())}; expected {Expected(fault)}.", fault);
        }
    }

    private static string Expected(JsonException fault)
    {
        const string Mark = "could not be converted to ";
        int at = fault.Message.IndexOf(Mark, StringComparison.Ordinal);
        string type = at < 0 ? "" : fault.Message[(at + Mark.Length)..].Split(" Path")[0].TrimEnd('.');
        string name = type.Split('[')[^1].Split('.', ',')[^1].Trim(']');
        return type switch
        {
            _ when type.Contains("Int32", StringComparison.Ordinal) || type.Contains("Int64", StringComparison.Ordinal) => "a whole number, or a list of them where the key is plural",
            _ when type.Contains("Double", StringComparison.Ordinal) => "a number, or a list of them where the key is plural",
            _ when type.Contains("Boolean", StringComparison.Ordinal) => "true or false",
            _ when name.Length > 0 && Type.GetType(type) is { IsEnum: true } named => string.Join(", ", Enum.GetNames(named).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)),
            _ => "a value of another type",
        };
    }

    private static string[] KeysOf(Type type) => [.. type.GetProperties().Where(p => p.CanWrite).Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name))];
}
