using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Lab.Design;

/// <summary>Variants are text in grids.</summary>
internal sealed class MatchVariantConverter : JsonConverter<MatchVariant>
{
    public override MatchVariant Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? MatchVariant.Parse(reader.GetString()!) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, MatchVariant value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
