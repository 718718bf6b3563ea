using Espalier.Lab.Engine;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>Everything kept: what gradual pruning and AC/DC begin with.</summary>
public sealed class DenseMask(PruneStage pruned) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "dense", Prunable = Names };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start) => Dense(start);
}
