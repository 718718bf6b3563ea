using Espalier.Lab.Engine;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Control: the mask under a random permutation of every group. It has all of the ticket's structure and none of its alignment.
/// </summary>
public sealed class UnitShuffledMask(PruneStage pruned, long seed) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "shuffled-units", Seed = seed };

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
        Permutation.Uniform(Networks.PermutationGroups.Of(Pruned.Model.Network), new RandomStream(seed, "control.units"));
}
