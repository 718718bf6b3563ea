using Espalier.Lab.Engine;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;

namespace Espalier.Lab.Stages;

/// <summary>
/// Control: the mask under a random permutation of every hidden layer and of every place where a residual stream is written or read. It has
/// the counts of the ticket's units and none of what ties its layers along a stream.
/// </summary>
public sealed class UntiedShuffledMask(PruneStage pruned, long seed) : PermutedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "shuffled-taps", Seed = seed };

    /// <inheritdoc/>
    protected override Permutation Move(StageRun run) =>
        Permutation.Uniform(PermutationGroups.Untied(Pruned.Model.Network), new RandomStream(seed, "control.taps"));
}
