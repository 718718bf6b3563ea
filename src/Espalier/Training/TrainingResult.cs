using Espalier.Weights;

namespace Espalier.Training;

/// <summary>What a training gave.</summary>
/// <param name="Final">Weights after the last epoch.</param>
/// <param name="Metrics">One entry an epoch.</param>
public sealed record TrainingResult(WeightSet Final, IReadOnlyList<EpochMetrics> Metrics)
{
    /// <summary>
    /// The mask after the last epoch, where it changed; null where it did not, and where the result was read from a folder
    /// (<see cref="TrainingFolder.FinalMask"/>).
    /// </summary>
    public Mask? Mask { get; init; }

    /// <summary>The moving average of the weights after the last step (<see cref="TrainingOptions.EmaDecay"/>); null where none is
    /// kept.</summary>
    public WeightSet? Average { get; init; }

    /// <summary>Accuracy of <see cref="Average"/> on the test images, per cent; null where none is kept.</summary>
    public double? EmaTestAccuracyPercent => Metrics[^1].EmaTestAccuracyPercent;

    /// <summary>Accuracy on the test images after the last epoch, per cent.</summary>
    public double TestAccuracyPercent => Metrics[^1].TestAccuracyPercent ?? double.NaN;

    /// <summary>Share of test images whose label is among the five largest logits; null where it was not measured.</summary>
    public double? TestTop5AccuracyPercent => Metrics[^1].TestTop5AccuracyPercent;
}
