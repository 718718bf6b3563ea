using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>Control: a random mask of the same size with the densities of Erdős-Rényi-Kernel. It needs no trained network.</summary>
public sealed class RandomErkMask(PruneStage pruned, long seed) : RandomMask(pruned, "erk-random", seed, "control.erk")
{
    /// <inheritdoc/>
    protected override Mask Draw(WeightSet start, RandomStream random) =>
        ErdosRenyiKernel.Random(start.Layout, Pruned.Prunable, Kept, random);
}
