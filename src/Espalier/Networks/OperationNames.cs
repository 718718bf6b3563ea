using System.Text.Json;

namespace Espalier.Networks;

/// <summary>Operations in words.</summary>
public static class OperationNames
{
    /// <summary>The kind and the fields, as files spell them: <c>conv out=8 kernel=3 stride=1 padding=1 bias=false</c>.</summary>
    public static string Describe(this Operation operation)
    {
        OperationKind kind = OperationKind.Of(operation);
        return string.Join(
            ' ',
            kind.Fields.Where(field => !(field.IsLeftOut && field.Of(operation).Equals(field.Default)))
                .Select(field => $"{field.Name}={Spelled(field.Of(operation))}")
                .Prepend(kind.Name)
        );
    }

    private static string Spelled(object value) =>
        value switch
        {
            bool holds => holds ? "true" : "false",
            Enum word => JsonNamingPolicy.KebabCaseLower.ConvertName($"{word}"),
            _ => FormattableString.Invariant($"{value}"),
        };
}
