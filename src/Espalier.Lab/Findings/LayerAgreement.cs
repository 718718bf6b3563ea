using Espalier.Pruning;

namespace Espalier.Lab.Findings;

/// <summary>How far the signs of a ticket, moved as its mask is, are those of a start's own weights in one layer.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Method">As in <see cref="ResultCell"/>.</param>
/// <param name="Sparsity">S requested.</param>
/// <param name="RewindEpoch">k; null where there is none.</param>
/// <param name="MatchEpoch">Epoch of B that π was found at; null where no π is involved.</param>
/// <param name="Layer">The array's name.</param>
/// <param name="Share">Of kept weights (<see cref="SignAgreement"/>).</param>
public sealed record LayerAgreement(
    string Model,
    long Seed,
    string Method,
    double Sparsity,
    int? RewindEpoch,
    int? MatchEpoch,
    string Layer,
    double Share
);
