using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>A random mask of constant fan-in with the densities of Erdős-Rényi-Kernel.</summary>
public sealed class ConstantFanInMask(PruneStage pruned, long seed) : RandomMask(pruned, "constant-fan-in", seed, "control.fan-in")
{
    /// <inheritdoc/>
    protected override Mask Draw(WeightSet start, RandomStream random) => ConstantFanIn.Random(start.Layout, Pruned.Prunable, Kept, random);
}
