using Espalier.Lab.Engine;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Control: the mask under a random permutation of every hidden layer and of every place where a residual stream is written or read. It has
/// the counts of the ticket's units and none of what ties its layers along a stream.
/// </summary>
public sealed class UntiedShuffledMask(PruneStage pruned, long seed) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "shuffled-taps", Seed = seed };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask mask = Read(run);
        return Permutation.Apply(mask);
    }

    /// <inheritdoc/>
    public override WeightSet Ticket(StageRun run)
    {
        using WeightSet weights = base.Ticket(run);
        return Permutation.Apply(weights);
    }

    private Permutation Permutation =>
        Permutation.Uniform(PermutationGroups.Untied(Pruned.Model.Network), new RandomStream(seed, "control.taps"));
}
