using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Pruning;

namespace Espalier.Lab.Design;

/// <summary>Criteria of pruning are names in grids.</summary>
internal sealed class PruningCriterionConverter : JsonConverter<IPruningCriterion>
{
    public override IPruningCriterion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? PruningCriteria.Of(reader.GetString()!) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, IPruningCriterion value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Name);
}
