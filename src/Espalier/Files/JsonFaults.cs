using System.Globalization;
using System.Text.Json;

namespace Espalier.Files;

/// <summary>What is wrong with a JSON file of our own, without the names of types that its reader would give.</summary>
internal static class JsonFaults
{
    /// <summary>The sentence of a file that cannot be read as what it should be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it should be, such as <c>the start of a run</c>.</param>
    /// <param name="fault">What the reader, or the file system, says.</param>
    public static InputException Reading(string path, string what, Exception fault) =>
        FileFaults.IsFault(fault) ? FileFaults.Reading(path, fault) : new($"'{path}' cannot be read as {what}: {Reason(fault)}.", fault);

    /// <summary>Where and what, without a full stop.</summary>
    public static string Reason(Exception fault) =>
        fault switch
        {
            JsonException { Path: { Length: > 1 } key, InnerException: not JsonException } =>
                $"{key.TrimStart('$', '.')}{Line(fault)} is missing or of another kind",
            JsonException { LineNumber: not null } => $"it is no JSON{Line(fault)}",
            _ => "a value is missing or of another kind",
        };

    private static string Line(Exception fault) =>
        fault is JsonException { LineNumber: { } line } ? string.Create(CultureInfo.InvariantCulture, $" at line {line + 1}") : "";
}
