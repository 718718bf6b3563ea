using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Experiments;

/// <summary>One measured number of a run.</summary>
/// <param name="Method">lth, naive, permuted, imp or dense.</param>
/// <param name="Sparsity">S requested, of the prunable arrays; 0 for dense.</param>
/// <param name="RewindEpoch">k; null where the method has none.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="TestAccuracyPercent">On all test images, after the last epoch.</param>
/// <param name="TestLoss">Likewise.</param>
/// <param name="AchievedSparsity">Of the prunable arrays.</param>
/// <param name="SparsityOfAllWeights">Of all convolution and linear weights.</param>
/// <param name="MultiplyAccumulates">Of a forward pass that skips pruned weights, for one image.</param>
public sealed record Cell(string Method, double Sparsity, int? RewindEpoch, long Seed, double TestAccuracyPercent, double TestLoss, double AchievedSparsity, double SparsityOfAllWeights, long MultiplyAccumulates);

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
