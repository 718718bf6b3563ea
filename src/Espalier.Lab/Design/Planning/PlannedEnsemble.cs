using Espalier.Lab.Engine;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design.Planning;

/// <summary>Several networks of one method, together.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The seed whose mask they share, if they do.</param>
/// <param name="Method">As in <see cref="ResultCell"/>.</param>
/// <param name="Sparsity">S; 0 for dense networks.</param>
/// <param name="RewindEpoch">k; null where there is none.</param>
/// <param name="Members">How many.</param>
/// <param name="Ensemble">Measures how they predict.</param>
/// <param name="Soup">Averages their weights; null where they are not aligned.</param>
public sealed record PlannedEnsemble(
    string Model,
    long Seed,
    string Method,
    double Sparsity,
    int? RewindEpoch,
    int Members,
    EnsembleStage Ensemble,
    SoupStage? Soup
) : PlannedStudy(Model, Seed)
{
    /// <inheritdoc/>
    public override IEnumerable<Stage> Stages => Soup is null ? [Ensemble] : [Ensemble, Soup];
}
