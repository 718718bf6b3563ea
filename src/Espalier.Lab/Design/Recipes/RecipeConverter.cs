using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Espalier.Lab.Design.Recipes;

/// <summary>Writes a recipe as one flat object of its options, each spelled out, in the order of <see cref="RecipeKeys.All"/>.</summary>
internal sealed class RecipeConverter : JsonConverter<Recipe>
{
    public override Recipe Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonObject given = JsonSerializer.Deserialize<JsonObject>(ref reader, options)!;
        return RecipeKeys
            .All.Where(key => given.ContainsKey(key.Name))
            .Aggregate(new Recipe(), (recipe, key) => key.Set(recipe, given[key.Name].Deserialize(key.Type, options)));
    }

    public override void Write(Utf8JsonWriter writer, Recipe value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (RecipeKey key in RecipeKeys.All.Where(key => !key.IsLeftOut(value)))
        {
            writer.WritePropertyName(key.Name);
            JsonSerializer.Serialize(writer, key.Of(value), key.Type, options);
        }
        writer.WriteEndObject();
    }
}
