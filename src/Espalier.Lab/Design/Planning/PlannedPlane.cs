using Espalier.Lab.Engine;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design.Planning;

/// <summary>A plane through three networks.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Sparsity">S of the sparse ones.</param>
/// <param name="RewindEpoch">k of the sparse ones.</param>
/// <param name="Names">What the three are.</param>
/// <param name="Rows">Measure it, from the lowest.</param>
public sealed record PlannedPlane(
    string Model,
    long Seed,
    double Sparsity,
    int RewindEpoch,
    IReadOnlyList<string> Names,
    IReadOnlyList<PlaneRowStage> Rows
) : PlannedStudy(Model, Seed)
{
    /// <inheritdoc/>
    public override IEnumerable<Stage> Stages => Rows;
}
