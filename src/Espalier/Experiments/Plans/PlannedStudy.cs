using Espalier.Connectivity;
using Espalier.Experiments.Stages;

namespace Espalier.Experiments.Plans;

/// <summary>Something that a plan is to measure between or beyond trained networks.</summary>
/// <param name="Model">The network, as the grid names it.</param>
/// <param name="Seed">The run's seed; of several, the first.</param>
public abstract record PlannedStudy(string Model, long Seed)
{
    /// <summary>The stages that measure it.</summary>
    public abstract IEnumerable<Stage> Stages { get; }
}

/// <summary>A curve between two networks.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Study"><see cref="Study.Barrier"/> or <see cref="Study.PruningBarrier"/>.</param>
/// <param name="Aligned">Whether the first end was moved by π.</param>
/// <param name="Correction">Against variance collapse.</param>
/// <param name="Round">Round of pruning of the second end, from 1; 0 if it is not pruned.</param>
/// <param name="Sparsity">Of the second end's prunable weights, as the schedule has it.</param>
/// <param name="Stage">Measures it.</param>
public sealed record PlannedBarrier(string Model, long Seed, Study Study, bool Aligned, Correction Correction, int Round, double Sparsity, BarrierStage Stage) : PlannedStudy(Model, Seed)
{
    /// <inheritdoc/>
    public override IEnumerable<Stage> Stages => [Stage];
}

/// <summary>A plane through three networks.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Sparsity">S of the sparse ones.</param>
/// <param name="RewindEpoch">k of the sparse ones.</param>
/// <param name="Names">What the three are.</param>
/// <param name="Rows">Measure it, from the lowest.</param>
public sealed record PlannedPlane(string Model, long Seed, double Sparsity, int RewindEpoch, IReadOnlyList<string> Names, IReadOnlyList<PlaneRowStage> Rows) : PlannedStudy(Model, Seed)
{
    /// <inheritdoc/>
    public override IEnumerable<Stage> Stages => Rows;
}

/// <summary>Several networks of one method, together.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The seed whose mask they share, if they do.</param>
/// <param name="Method">As in <see cref="Results.ResultCell"/>.</param>
/// <param name="Sparsity">S; 0 for dense networks.</param>
/// <param name="RewindEpoch">k; null where there is none.</param>
/// <param name="Members">How many.</param>
/// <param name="Ensemble">Measures how they predict.</param>
/// <param name="Soup">Averages their weights; null where they are not aligned.</param>
public sealed record PlannedEnsemble(string Model, long Seed, string Method, double Sparsity, int? RewindEpoch, int Members, EnsembleStage Ensemble, SoupStage? Soup) : PlannedStudy(Model, Seed)
{
    /// <inheritdoc/>
    public override IEnumerable<Stage> Stages => Soup is null ? [Ensemble] : [Ensemble, Soup];
}
