using System.Text.Json.Serialization;

namespace Espalier.Lab.Findings;

/// <summary>One measured number of a run: the test accuracy of one trained network.</summary>
/// <param name="Model">The network's title: <c>mlp</c>, <c>resnet20:width=4</c>, or the name in a file.</param>
/// <param name="Method">Name of the method: <c>lth</c>, <c>naive</c>, <c>permuted</c>, a control, <c>imp</c> (A's pruned network) or
/// <c>dense</c> without a rewind epoch, <c>dense-b</c> (A and B, trained to T).</param>
/// <param name="Sparsity">S requested, of the prunable arrays; 0 for dense networks.</param>
/// <param name="RewindEpoch">k; null where the method has none.</param>
/// <param name="MatchEpoch">Epoch of B that π was found at; null where no π is involved.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="TestAccuracyPercent">On all test images, after the last epoch.</param>
/// <param name="TestLoss">Mean cross-entropy, likewise.</param>
/// <param name="AchievedSparsity">Of the prunable arrays.</param>
/// <param name="SparsityOfAllWeights">Of all convolution and linear weights.</param>
/// <param name="MultiplyAccumulates">Of a forward pass that skips pruned weights, for one image.</param>
/// <param name="Stage">Id of the stage that measured it.</param>
public sealed record ResultCell(
    string Model,
    string Method,
    double Sparsity,
    int? RewindEpoch,
    int? MatchEpoch,
    long Seed,
    double TestAccuracyPercent,
    double TestLoss,
    double AchievedSparsity,
    double SparsityOfAllWeights,
    long MultiplyAccumulates,
    string Stage
)
{
    /// <summary>Share of test images whose label is among the five largest logits; null where it was not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestTop5AccuracyPercent { get; init; }

    /// <summary>Of the moving average of the weights that training kept beside them; null where it kept none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EmaTestAccuracyPercent { get; init; }

    /// <summary>Of the prunable arrays, weights that lie on no path from the image to a class counted as pruned
    /// (<see cref="Pruning.MaskPaths"/>); null where it was not looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EffectiveSparsity { get; init; }

    /// <summary>Bits that the start takes of the pruned network (<see cref="Pruning.TicketBits"/>); null where nobody counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TicketBits { get; init; }

    /// <summary>
    /// Share of kept weights whose sign in the moved ticket is that of the start's own weight (<see cref="Pruning.SignAgreement"/>), before
    /// any is taken; null where nobody looked, or the mask's places are no ticket's.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SignAgreement { get; init; }

    /// <summary>
    /// Share of test images that A's own ticket at the same seed, sparsity and rewind epoch classifies differently; null where nobody
    /// compared.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? DisagreementWithLth { get; init; }

    /// <summary>Layers without any weight.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int CollapsedLayers { get; init; }

    /// <summary>Classes that no path of kept weights reaches.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int UnreachedClasses { get; init; }
}
