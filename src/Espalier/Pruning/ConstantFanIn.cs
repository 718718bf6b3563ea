using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// Masks whose layers give every unit as many incoming weights: the N:M sparsity of SRigL (Lasby et al. 2024), M being the whole fan-in.
/// Where a layer's number of weights is no multiple of its units, the first units have one more.
/// </summary>
public static class ConstantFanIn
{
    /// <summary>Weights kept of each unit: the same, or one more of the first, so that they add up to <paramref name="kept"/>.</summary>
    /// <param name="kept">Weights of the layer, at least 0.</param>
    /// <param name="units">Units that share them, at least 1.</param>
    public static IReadOnlyList<long> Of(long kept, int units) =>
        [.. Enumerable.Range(0, units).Select(i => kept / units + (i < kept % units ? 1 : 0))];

    /// <summary>A random mask of constant fan-in with the densities of Erdős-Rényi-Kernel.</summary>
    /// <param name="layout">Of the network.</param>
    /// <param name="prunable">The arrays that pruning may touch.</param>
    /// <param name="kept">Weights kept in all of them.</param>
    /// <param name="random">Where the choice comes from.</param>
    public static Mask Random(ParameterLayout layout, IReadOnlyList<Parameter> prunable, long kept, RandomStream random)
    {
        IReadOnlyList<long> counts = ErdosRenyiKernel.Counts(prunable, kept);
        var pruned = new bool[layout.Length];
        for (int i = 0; i < prunable.Count; i++)
        {
            int units = prunable[i].Units,
                inputs = prunable[i].Count / units;
            IReadOnlyList<long> fanIns = Of(counts[i], units);
            for (int unit = 0; unit < units; unit++)
                foreach (int place in random.NextOrder(inputs).Skip((int)fanIns[unit]))
                    pruned[layout.Offset(prunable[i]) + (long)unit * inputs + place] = true;
        }
        return new Mask(layout, prunable, tensor(pruned));
    }
}
