using Espalier.Lab.Engine;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>The mask as pruning left it: the ticket, used as it is (LTH, naive, B's own).</summary>
public sealed class PrunedMask(PruneStage pruned) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "pruned" };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start) => Read(run);
}
