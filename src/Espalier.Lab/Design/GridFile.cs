using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Espalier.Files;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design;

/// <summary>Grids as JSON files: comments and trailing commas are allowed, unknown keys are refused with the nearest known one.</summary>
public static class GridFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        Converters =
        {
            new RecipeConverter(),
            new PruningCriterionConverter(),
            new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false),
        },
        RespectNullableAnnotations = true,
    };

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Keys of a grid.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. GridSchema.Of(typeof(Grid)).Keys];

    /// <summary>Keys of its <c>options</c>.</summary>
    public static IReadOnlyList<string> OptionKeys => [.. RecipeKeys.All.Select(key => key.Name)];

    /// <summary>Reads a grid.</summary>
    /// <exception cref="InputException">The file is missing or no JSON, a key is unknown, or a value is of the wrong type.</exception>
    public static Grid Read(string path) => Parse(FileFaults.Reading(path, () => File.ReadAllText(path)), path);

    /// <summary>Reads a grid from text.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InputException">It is no JSON, a key is unknown, or a value is of another type; it says on which line.</exception>
    public static Grid Parse(string text, string source)
    {
        JsonPart given = JsonPart.Parse(text, source);
        if (given.Kind != JsonValueKind.Object)
            throw given.Refuse($"{given} is no grid; expected an object such as {{ \"models\": [\"mlp\"] }}.");
        if (given["nodes"] is not null)
            throw given.Refuse("this describes a network, and no grid; expected it with --model, or as one of a grid's \"models\".");
        GridSchema.Check(given, typeof(Grid));
        var root = (JsonObject)JsonNode.Parse(text, documentOptions: Lenient)!;
        if (given["seeds"] is { Kind: JsonValueKind.String } range)
        {
            IReadOnlyList<long> seeds = Saying(range.Place, () => Ranges.Parse(range.Text, "seeds"));
            root["seeds"] = new JsonArray([.. seeds.Select(seed => (JsonNode)seed)]);
        }
        // Options are those of the named recipe, but for those given.
        string recipe = root["recipe"]?.ToString() ?? "paper";
        string data = root["data_set"]?.ToString() ?? new Grid().DataSet;
        JsonObject options = Node(
            Saying(
                (given["recipe"] ?? given).Place,
                () =>
                    NamedRecipes.For(
                        recipe,
                        () => root["images"]?["facts"] is JsonObject own ? FactsOf(own, data) : Data.DataSetFacts.Of(data)
                    )
            )
        );
        foreach ((string key, JsonNode? value) in root["options"] as JsonObject ?? [])
            options[key] = value?.DeepClone();
        root["options"] = options;
        return Deserialize<Grid>(root, source);
    }

    /// <summary>Options under another recipe: those that are as the one has them become as the other has them, the rest stay.</summary>
    internal static Recipe Follow(Recipe options, Recipe from, Recipe to)
    {
        JsonObject all = Node(options),
            before = Node(from),
            after = Node(to);
        foreach ((string key, JsonNode? value) in after)
            if (JsonNode.DeepEquals(all[key], before[key]))
                all[key] = value?.DeepClone();
        return Deserialize<Recipe>(all, "recipe");
    }

    /// <summary>A recipe with some options set: <c>round_epochs=2</c>.</summary>
    /// <exception cref="InputException">An option is unknown, or its value is of the wrong type.</exception>
    public static Recipe Set(Recipe recipe, IEnumerable<string> settings)
    {
        JsonObject options = Node(recipe);
        IReadOnlyDictionary<string, GridField> known = GridSchema.Of(typeof(Recipe));
        foreach (string setting in settings)
        {
            string[] pair = setting.Split('=', 2);
            string key = pair[0].Trim().Replace('-', '_');
            if (!known.TryGetValue(key, out GridField? field))
                throw Nearest.Unknown("option", pair[0], OptionKeys);
            if (pair.Length < 2)
                throw new InputException($"'{setting}' sets nothing; expected name=value, such as round_epochs=2.");
            JsonPart value = Value(pair[1].Trim(), $"'{FileFaults.Shorten(setting)}'", field.Type == typeof(string));
            GridSchema.Check(value, field, key);
            options[key] = value.Kind == JsonValueKind.String ? JsonValue.Create(value.Text) : JsonNode.Parse(pair[1]);
        }
        return Deserialize<Recipe>(options, string.Join(' ', settings));
    }

    /// <summary>Writes a grid with every option spelled out.</summary>
    public static void Write(string path, Grid grid) => AtomicFile.WriteText(path, Text(grid) + "\n");

    /// <summary>A grid as text, every option spelled out: grids that ask for the same have the same text.</summary>
    public static string Text(Grid grid) => JsonSerializer.Serialize(grid, Options);

    /// <summary>Every option of a recipe that is set as text, in the order of its options.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Describe(Recipe recipe) =>
        [.. Node(recipe).Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.ToString()))];

    private static Data.DataSetFacts FactsOf(JsonObject own, string title) => own.Deserialize<OwnDataFacts>(Options)!.As(title);

    private static JsonObject Node(Recipe recipe) => (JsonObject)JsonSerializer.SerializeToNode(recipe, Options)!;

    /// <summary>A value as a command line gives it: JSON, or else a name without quotes.</summary>
    private static JsonPart Value(string text, string place, bool isText)
    {
        bool isJson = !isText || text == "null" || text.StartsWith('"');
        try
        {
            if (isJson)
                return JsonPart.Parse(text, place);
        }
        catch (InputException fault) when (fault.InnerException is JsonException) { }
        return new JsonPart(JsonValueKind.String, place, text);
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
    }

    private static T Saying<T>(string place, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException fault)
        {
            throw new InputException($"{place}: {fault.Message}", fault);
        }
    }
}
