using Espalier.Connectivity;
using Espalier.Lab.Engine;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design.Planning;

/// <summary>A curve between two networks.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Study"><see cref="Study.Barrier"/> or <see cref="Study.PruningBarrier"/>.</param>
/// <param name="Aligned">Whether the first end was moved by π.</param>
/// <param name="Correction">Against variance collapse.</param>
/// <param name="Round">Round of pruning of the second end, from 1; 0 if it is not pruned.</param>
/// <param name="Sparsity">Of the second end's prunable weights, as the schedule has it.</param>
/// <param name="Stage">Measures it.</param>
public sealed record PlannedBarrier(
    string Model,
    long Seed,
    Study Study,
    bool Aligned,
    Correction Correction,
    int Round,
    double Sparsity,
    BarrierStage Stage
) : PlannedStudy(Model, Seed)
{
    /// <inheritdoc/>
    public override IEnumerable<Stage> Stages => [Stage];
}
