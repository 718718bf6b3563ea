using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Lab.Engine.Running;

/// <summary>One line of JSON that a worker process prints: how far a stage is, or how it ended.</summary>
/// <param name="Id">The stage.</param>
/// <param name="Share">Done, in [0, 1].</param>
/// <param name="Completed">The part just completed, if one was.</param>
/// <param name="Outcome">How it ended, if it did.</param>
/// <param name="Notice">Something that the user should know.</param>
internal sealed record WorkerMessage(string Id, double Share, string? Completed, StageOutcome? Outcome, string? Notice = null)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public string ToLine() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads a line; none if it is something else that found its way to standard output.</summary>
    public static WorkerMessage? TryParse(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<WorkerMessage>(line, Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
