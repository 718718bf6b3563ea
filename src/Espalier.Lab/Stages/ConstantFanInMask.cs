using Espalier.Lab.Design;
using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>A random mask of constant fan-in with the densities of Erdős-Rényi-Kernel.</summary>
public sealed class ConstantFanInMask(PruneStage pruned, long seed) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "constant-fan-in",
            Kept,
            Prunable = Names,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start) =>
        ConstantFanIn.Random(start.Layout, Pruned.Prunable, Kept, new RandomStream(seed, "control.fan-in"));
}
