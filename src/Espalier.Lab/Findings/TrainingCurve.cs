using Espalier.Training;

namespace Espalier.Lab.Findings;

/// <summary>Every epoch of one training.</summary>
/// <param name="Model">The network.</param>
/// <param name="Method">As in <see cref="ResultCell"/>.</param>
/// <param name="Sparsity">S requested; 0 for dense networks.</param>
/// <param name="RewindEpoch">k; null where there is none.</param>
/// <param name="MatchEpoch">Epoch of B that π was found at; null where no π is involved.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Epochs">One entry an epoch.</param>
public sealed record TrainingCurve(
    string Model,
    string Method,
    double Sparsity,
    int? RewindEpoch,
    int? MatchEpoch,
    long Seed,
    IReadOnlyList<EpochMetrics> Epochs
);
