using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Engine;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>A mask that takes only its number of weights from a pruned network: no artefact of pruning is read.</summary>
public abstract class CountedMask(PruneStage pruned) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Inputs => [];

    /// <inheritdoc/>
    public override bool HoldsTicket => false;

    /// <summary>Names of the prunable arrays.</summary>
    protected IEnumerable<string> Names => Pruned.Prunable.Select(p => p.Name);

    /// <summary>Everything kept.</summary>
    protected Mask Dense(WeightSet start) => Mask.Dense(start.Layout, Pruned.Prunable);

    /// <summary>Training images without augmentation, in float32.</summary>
    protected BatchSource Images(StageRun run) => run.Images(Pruned.Data, new TrainingOptions { Precision = Precision.Float32 }).Matching;
}
