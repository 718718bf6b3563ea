using System.Text.Json;

namespace Espalier.Networks;

/// <summary>One field of a kind of operation.</summary>
/// <param name="Name">As files spell it.</param>
/// <param name="Type">Whole number, number, extent, true or false, or a word.</param>
/// <param name="Range">Of a number.</param>
/// <param name="Default">What it is if it is left out; null if it must be given.</param>
/// <param name="IsLeftOut">Whether files do not write it where it is that.</param>
/// <param name="Of">Its value.</param>
internal sealed record OperationField(
    string Name,
    Type Type,
    FieldRangeAttribute? Range,
    object? Default,
    bool IsLeftOut,
    Func<Operation, object> Of
)
{
    /// <summary>What may be written, in words.</summary>
    public string Expected =>
        Type == typeof(bool) ? "true or false"
        : Type.IsEnum ? $"one of {string.Join(", ", Words.Keys)}"
        : Type == typeof(Extent) ? $"a whole number, {Range}, or a list of two"
        : $"a {(Type == typeof(int) ? "whole " : "")}number, {Range}";

    /// <summary>Of a field of words: which there are, and what they stand for.</summary>
    public IReadOnlyDictionary<string, object> Words =>
        Enum.GetValues(Type).Cast<object>().ToDictionary(value => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}"));
}
