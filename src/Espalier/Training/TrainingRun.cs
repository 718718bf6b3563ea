using Espalier.Weights;

namespace Espalier.Training;

/// <summary>What is trained, from where, and what its random numbers are called.</summary>
/// <param name="Start">Weights at epoch 0 of this run.</param>
/// <param name="Mask">Kept throughout; null for dense training.</param>
/// <param name="Seed">The one seed of the whole experiment.</param>
/// <param name="DataStream">Name of the batch order, such as <c>A.data</c>; runs that share it see the same batches.</param>
public sealed record TrainingRun(WeightSet Start, Mask? Mask, long Seed, string DataStream);

/// <summary>How far a training is.</summary>
/// <param name="Epoch">Completed epochs.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Completed steps in this epoch.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="Metrics">The epoch just completed, if one was.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Step, int StepsPerEpoch, EpochMetrics? Metrics)
{
    /// <summary>Share of the run that is done, in [0, 1].</summary>
    public double Share => (Epoch + (double)Step / StepsPerEpoch) / Epochs;
}

/// <summary>What a training gave.</summary>
/// <param name="Final">Weights after the last epoch.</param>
/// <param name="Metrics">One entry an epoch.</param>
public sealed record TrainingResult(WeightSet Final, IReadOnlyList<EpochMetrics> Metrics)
{
    /// <summary>Accuracy on the test images after the last epoch, per cent.</summary>
    public double TestAccuracyPercent => Metrics[^1].TestAccuracyPercent ?? double.NaN;
}
