using Espalier.Lab.Design;
using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>A random mask of the same size whose layers all have one density.</summary>
public sealed class RandomUniformMask(PruneStage pruned, long seed) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "uniform-random",
            Kept,
            Prunable = Names,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start) =>
        UniformDensity.Random(start.Layout, Pruned.Prunable, Kept, new RandomStream(seed, "control.uniform"));
}
