using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>A random mask of the same size whose layers all have one density.</summary>
public sealed class RandomUniformMask(PruneStage pruned, long seed) : RandomMask(pruned, "uniform-random", seed, "control.uniform")
{
    /// <inheritdoc/>
    protected override Mask Draw(WeightSet start, RandomStream random) =>
        UniformDensity.Random(start.Layout, Pruned.Prunable, Kept, random);
}
