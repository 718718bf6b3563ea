using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Experiments;

/// <summary>All numbers of one or several runs, and the schedule that gave them.</summary>
/// <param name="Model">The network.</param>
/// <param name="DataSet">The images.</param>
/// <param name="Schedule">The options in force.</param>
/// <param name="Cells">The numbers.</param>
public sealed record Summary(string Model, string DataSet, PipelineOptions Schedule, IReadOnlyList<Cell> Cells)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
