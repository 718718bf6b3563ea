using Espalier.Lab.Engine;
using Espalier.Lab.Findings;

namespace Espalier.Lab.Design.Planning;

/// <summary>One number that a plan is to give, and the stage that measures it.</summary>
/// <param name="Model">The network's title.</param>
/// <param name="Method">As in <see cref="ResultCell"/>.</param>
/// <param name="Sparsity">S requested; 0 for dense networks.</param>
/// <param name="RewindEpoch">k; null where there is none.</param>
/// <param name="MatchEpoch">Epoch of B that π is found at; null where no π is involved.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Stage">Measures it.</param>
public sealed record PlannedCell(string Model, string Method, double Sparsity, int? RewindEpoch, int? MatchEpoch, long Seed, Stage Stage);
