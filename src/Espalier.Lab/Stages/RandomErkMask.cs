using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>Control: a random mask of the same size with the densities of Erdős-Rényi-Kernel. It needs no trained network.</summary>
public sealed class RandomErkMask(PruneStage pruned, long seed) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "erk-random",
            Kept,
            Prunable = Names,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start) =>
        ErdosRenyiKernel.Random(start.Layout, Pruned.Prunable, Kept, new RandomStream(seed, "control.erk"));
}
