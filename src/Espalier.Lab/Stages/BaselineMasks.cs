using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>A mask that takes only its number of weights from a pruned network: no artefact of pruning is read.</summary>
public abstract class CountedMask(PruneStage pruned) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Inputs => [];

    /// <inheritdoc/>
    public override bool HoldsTicket => false;

    /// <summary>Names of the prunable arrays.</summary>
    protected IEnumerable<string> Names => Pruned.Prunable.Select(p => p.Name);

    /// <summary>Everything kept.</summary>
    protected Mask Dense(WeightSet start) => Mask.Dense(start.Layout, Pruned.Prunable);
}

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

/// <summary>Everything kept: what gradual pruning begins with.</summary>
public sealed class DenseMask(PruneStage pruned) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "dense", Prunable = Names };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start) => Dense(start);
}

/// <summary>SNIP's mask of the weights that training starts from, found on training images without augmentation in float32.</summary>
public sealed class SnipMask(PruneStage pruned, int batches, int batchSize, long seed) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "snip",
            Kept,
            Prunable = Names,
            Batches = batches,
            BatchSize = batchSize,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        TrainingData images = run.Images(Pruned.Data, new TrainingOptions { Precision = Precision.Float32 });
        using Mask dense = Dense(start);
        return Snip.Prune(start, dense, Kept, images.Matching, new RandomStream(seed, "snip.images"), batches, batchSize);
    }
}

/// <summary>SynFlow's mask of the weights that training starts from.</summary>
public sealed class SynFlowMask(PruneStage pruned, int rounds) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "syn-flow",
            Kept,
            Prunable = Names,
            Rounds = rounds,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask dense = Dense(start);
        return SynFlow.Prune(start, dense, Kept, rounds);
    }
}

/// <summary>GraSP's mask of the weights that training starts from, found on training images without augmentation in float32.</summary>
public sealed class GraspMask(PruneStage pruned, int batches, int batchSize, double temperature, long seed) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "grasp",
            Kept,
            Prunable = Names,
            Batches = batches,
            BatchSize = batchSize,
            Temperature = temperature,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        TrainingData images = run.Images(Pruned.Data, new TrainingOptions { Precision = Precision.Float32 });
        using Mask dense = Dense(start);
        var random = new RandomStream(seed, "grasp.images");
        return Grasp.Prune(start, dense, Kept, images.Matching, random, batches, batchSize, temperature);
    }
}

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
