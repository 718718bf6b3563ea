using Espalier.Lab.Stages;
using Espalier.Pruning;

namespace Espalier.Lab.Design;

/// <content>Baselines: what sparse training reaches without a ticket.</content>
public static partial class Methods
{
    /// <summary>Baseline: B's weights, the mask that SNIP finds for them.</summary>
    public static Method Snip { get; } =
        new()
        {
            Name = "snip",
            Label = "SNIP",
            Meaning = "baseline: B's weights at epoch k, the mask that SNIP finds for them on training images",
            Role = MethodRole.Baseline,
            Mask = point => new SnipMask(point.PrunedA, point.Recipe.SnipBatches, point.Recipe.Training.BatchSize, point.Seed),
        };

    /// <summary>Baseline: B's weights, the mask that SynFlow finds for them.</summary>
    public static Method SynFlow { get; } =
        new()
        {
            Name = "syn-flow",
            Label = "SynFlow",
            Meaning = "baseline: B's weights at epoch k, the mask that SynFlow finds for them without data",
            Role = MethodRole.Baseline,
            Mask = point => new SynFlowMask(point.PrunedA, point.Recipe.SynFlowRounds),
        };

    /// <summary>Baseline: B's weights, the mask that GraSP finds for them.</summary>
    public static Method Grasp { get; } =
        new()
        {
            Name = "grasp",
            Label = "GraSP",
            Meaning = "baseline: B's weights at epoch k, the mask that GraSP finds for them on training images",
            Role = MethodRole.Baseline,
            Mask = point => new GraspMask(
                point.PrunedA,
                point.Recipe.GraspBatches,
                point.Recipe.Training.BatchSize,
                point.Recipe.GraspTemperature,
                point.Seed
            ),
        };

    /// <summary>Baseline: B's weights, the mask of <see cref="ErkRandom"/>, which SET changes in training.</summary>
    public static Method Set { get; } =
        new()
        {
            Name = "set",
            Label = "SET",
            Meaning =
                "baseline: B's weights at epoch k, the mask of erk-random, changed in training by SET: drop the smallest, grow at random",
            Role = MethodRole.Baseline,
            Mask = RandomErk,
            Updates = point => point.Recipe.DropAndGrow(Growth.Random),
        };

    /// <summary>Baseline: B's weights, the mask of <see cref="ErkRandom"/>, which RigL changes in training.</summary>
    public static Method Rigl { get; } =
        new()
        {
            Name = "rigl",
            Label = "RigL",
            Meaning =
                "baseline: B's weights at epoch k, the mask of erk-random, changed in training by RigL: drop the smallest, grow "
                + "where the gradient is largest",
            Role = MethodRole.Baseline,
            Mask = RandomErk,
            Updates = point => point.Recipe.DropAndGrow(Growth.Gradient),
        };

    /// <summary>Baseline: B's weights, the mask of <see cref="UniformRandom"/>, which RigL changes in training.</summary>
    public static Method RiglUniform { get; } =
        new()
        {
            Name = "rigl-uniform",
            Label = "RigL-uniform",
            Meaning = "baseline: the same from the mask of uniform-random",
            Role = MethodRole.Baseline,
            Mask = RandomUniform,
            Updates = point => point.Recipe.DropAndGrow(Growth.Gradient),
        };

    /// <summary>Baseline: B's weights, a random mask of constant fan-in, which SRigL changes in training.</summary>
    public static Method SRigL { get; } =
        new()
        {
            Name = "srigl",
            Label = "SRigL",
            Meaning =
                "baseline: B's weights at epoch k, a random mask with as many incoming weights for every unit of a layer, changed in "
                + "training by SRigL: as RigL, units that little speaks for ablated, the fan-in of the others kept equal",
            Role = MethodRole.Baseline,
            Mask = point => new ConstantFanInMask(point.PrunedA, point.Seed),
            Updates = point => point.Recipe.SRigL(),
        };

    /// <summary>Baseline: B's weights, pruned gradually by magnitude in training.</summary>
    public static Method Gmp { get; } =
        new()
        {
            Name = "gmp",
            Label = "GMP",
            Meaning = "baseline: B's weights at epoch k, pruned gradually by magnitude in training",
            Role = MethodRole.Baseline,
            Mask = point => new DenseMask(point.PrunedA),
            Updates = point => point.Recipe.Gradual(point.PrunedA.Kept),
        };

    /// <summary>Baseline: B's weights, in training pruned by magnitude and dense again in turn.</summary>
    public static Method AcDc { get; } =
        new()
        {
            Name = "ac-dc",
            Label = "AC/DC",
            Meaning = "baseline: B's weights at epoch k, trained dense and pruned by magnitude in turn, pruned to the end at last (AC/DC)",
            Role = MethodRole.Baseline,
            Mask = point => new DenseMask(point.PrunedA),
            Updates = point => point.Recipe.Alternating(point.PrunedA.Kept),
        };
}
