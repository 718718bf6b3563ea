using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>Masks drawn at random: the controls that say what a mask's structure is worth.</summary>
public static class RandomMasks
{
    /// <summary>Keeps a given number of uniformly random weights of each array.</summary>
    /// <param name="layout">Of the network.</param>
    /// <param name="prunable">The arrays that pruning may touch.</param>
    /// <param name="kept">How many to keep of each of them.</param>
    /// <param name="random">Where the choice comes from.</param>
    public static Mask WithCounts(ParameterLayout layout, IReadOnlyList<Parameter> prunable, IReadOnlyList<long> kept, RandomStream random)
    {
        var pruned = new bool[layout.Length];
        for (int i = 0; i < prunable.Count; i++)
        {
            long start = layout.Offset(prunable[i]);
            foreach (int place in random.NextOrder(prunable[i].Count).Skip(checked((int)kept[i])))
                pruned[start + place] = true;
        }
        return new Mask(layout, prunable, tensor(pruned));
    }

    /// <summary>The same density in every layer, at other places: each layer's mask shuffled.</summary>
    public static Mask ShuffledLayers(Mask mask, RandomStream random) =>
        WithCounts(mask.Layout, mask.Prunable, [.. mask.Prunable.Select(mask.Kept)], random);
}
