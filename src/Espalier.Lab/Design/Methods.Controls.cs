using Espalier.Lab.Design.Planning;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design;

/// <content>Controls: masks that know less than the ticket does.</content>
public static partial class Methods
{
    /// <summary>
    /// Control: B's weights, A's mask under a random permutation of every group. The ticket's structure without its alignment.
    /// </summary>
    public static Method ShuffledUnits { get; } =
        new()
        {
            Name = "shuffled-units",
            Meaning = "control: B's weights at epoch k, m under a random permutation of each group of units",
            Role = MethodRole.Control,
            Mask = point => new UnitShuffledMask(point.PrunedA, point.Seed),
        };

    /// <summary>Control: B's weights, each layer of A's mask shuffled. The ticket's layer densities only.</summary>
    public static Method ShuffledLayer { get; } =
        new()
        {
            Name = "shuffled-layer",
            Meaning = "control: B's weights at epoch k, m shuffled within each layer, its density kept",
            Role = MethodRole.Control,
            Mask = point => new LayerShuffledMask(point.PrunedA, point.Seed),
        };

    /// <summary>Control: B's weights, a random mask with the densities of Erdős-Rényi-Kernel.</summary>
    public static Method ErkRandom { get; } =
        new()
        {
            Name = "erk-random",
            Meaning = "control: B's weights at epoch k, a random mask with Erdős–Rényi-kernel densities",
            Role = MethodRole.Control,
            Mask = RandomErk,
        };

    /// <summary>Control: B's weights, a random mask of one density in all layers.</summary>
    public static Method UniformRandom { get; } =
        new()
        {
            Name = "uniform-random",
            Meaning = "control: B's weights at epoch k, a random mask with one density in all layers",
            Role = MethodRole.Control,
            Mask = RandomUniform,
        };

    private static RandomErkMask RandomErk(MethodPoint point) => new(point.PrunedA, point.Seed);

    private static RandomUniformMask RandomUniform(MethodPoint point) => new(point.PrunedA, point.Seed);
}
