using Espalier.Lab.Engine;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;

namespace Espalier.Lab.Stages;

/// <summary>
/// Control: the mask under a random permutation of every group. It has all of the ticket's structure and none of its alignment.
/// </summary>
public sealed class UnitShuffledMask(PruneStage pruned, long seed) : PermutedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "shuffled-units", Seed = seed };

    /// <inheritdoc/>
    protected override Permutation Move(StageRun run) =>
        Permutation.Uniform(PermutationGroups.Of(Pruned.Model.Network), new RandomStream(seed, "control.units"));
}
