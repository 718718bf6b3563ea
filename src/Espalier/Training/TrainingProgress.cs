namespace Espalier.Training;

/// <summary>How far a training is.</summary>
/// <param name="Epoch">Completed epochs.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Completed steps in this epoch.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="Metrics">The epoch just completed, if one was.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Step, int StepsPerEpoch, EpochMetrics? Metrics)
{
    /// <summary>Something that the user should know, once, without its full stop; mostly nothing.</summary>
    public string? Notice { get; init; }

    /// <summary>Share of the run that is done, in [0, 1].</summary>
    public double Share => (Epoch + (double)Step / StepsPerEpoch) / Epochs;
}
