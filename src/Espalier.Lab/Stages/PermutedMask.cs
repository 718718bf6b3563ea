using Espalier.Lab.Engine;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>The pruned network's mask under a permutation of its units; the ticket's weights move with it.</summary>
public abstract class PermutedMask(PruneStage pruned) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask mask = Read(run);
        return Move(run).Apply(mask);
    }

    /// <inheritdoc/>
    public override WeightSet Ticket(StageRun run)
    {
        using WeightSet weights = base.Ticket(run);
        return Move(run).Apply(weights);
    }

    /// <summary>The permutation that moves both.</summary>
    /// <param name="run">Gives the inputs.</param>
    protected abstract Permutation Move(StageRun run);
}
