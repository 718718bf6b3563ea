using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Training;

/// <summary>What one epoch gave: a line of <c>metrics.jsonl</c>.</summary>
/// <param name="Epoch">Completed epochs.</param>
/// <param name="LearningRate">Of its last step.</param>
/// <param name="TrainLoss">Mean cross-entropy over the epoch's augmented images, as they were trained on.</param>
/// <param name="TrainAccuracyPercent">Likewise.</param>
/// <param name="TestLoss">Mean cross-entropy over all test images; null where the epoch was not tested.</param>
/// <param name="TestAccuracyPercent">Likewise.</param>
/// <param name="Seconds">Time of training and testing; the one field that differs between runs.</param>
/// <param name="ImagesPerSecond">Training rate.</param>
public sealed record EpochMetrics(
    int Epoch,
    double LearningRate,
    double TrainLoss,
    double TrainAccuracyPercent,
    double? TestLoss,
    double? TestAccuracyPercent,
    double Seconds,
    double ImagesPerSecond
)
{
    /// <summary>Share of test images whose label is among the five largest logits; null where it was not measured.</summary>
    public double? TestTop5AccuracyPercent { get; init; }

    /// <summary>The test's loss of the moving average of the weights; null where none is kept, or the epoch was not tested.</summary>
    public double? EmaTestLoss { get; init; }

    /// <summary>Its accuracy, likewise.</summary>
    public double? EmaTestAccuracyPercent { get; init; }

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads one line of JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static EpochMetrics FromJson(string line) =>
        JsonSerializer.Deserialize<EpochMetrics>(line, Options) ?? throw new JsonException("null");
}
