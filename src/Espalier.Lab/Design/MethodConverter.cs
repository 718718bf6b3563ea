using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Lab.Design;

/// <summary>Methods are names in grids.</summary>
internal sealed class MethodConverter : JsonConverter<Method>
{
    public override Method Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Methods.Parse(reader.GetString()!) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, Method value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
}
