using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>SynFlow's mask of the weights that training starts from.</summary>
public sealed class SynFlowMask(PruneStage pruned, int rounds) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "syn-flow",
            Kept,
            Prunable = Names,
            Rounds = rounds,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask dense = Dense(start);
        return SynFlow.Prune(start, dense, Kept, rounds);
    }
}
