using CsCheck;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;
using Xunit;

namespace Espalier.Lab.Tests.Stages;

public class RandomMaskSpecs
{
    private static readonly Network Net = ResNet20.Build(Shape.Maps(3, 8, 8), 10, blocks: 1);

    [Fact]
    public void Erdos_renyi_kernel_keeps_the_exact_number_in_the_published_proportions()
    {
        IReadOnlyList<Parameter> prunable = PrunableSet.NoShortcuts.Of(Net);
        long all = prunable.Sum(p => (long)p.Count);
        Gen.Double[0.01, 0.9]
            .Sample(
                density =>
                {
                    long kept = Math.Max(1, (long)(density * all));
                    IReadOnlyList<long> counts = ErdosRenyiKernel.Counts(prunable, kept);
                    Assert.Equal(kept, counts.Sum());
                    Assert.All(counts.Zip(prunable), pair => Assert.InRange(pair.First, 0, pair.Second.Count));
                    // Evci et al. 2020: 1 - s^l proportional to (n_in + n_out + h + w) / (n_in n_out h w), for layers that are not full.
                    double[] factors =
                    [
                        .. counts
                            .Zip(prunable)
                            .Where(pair => pair.First < pair.Second.Count)
                            .Select(pair => pair.First / pair.Second.Shape.Sum(size => (double)size)),
                    ];
                    double factor = factors.Average();
                    Assert.All(
                        counts.Zip(prunable).Where(pair => pair.First < pair.Second.Count),
                        pair => Assert.InRange(pair.First, factor * pair.Second.Shape.Sum() - 2, factor * pair.Second.Shape.Sum() + 2)
                    );
                    Assert.All(
                        counts.Zip(prunable).Where(pair => pair.First == pair.Second.Count && factors.Length > 0),
                        pair => Assert.True(factor * pair.Second.Shape.Sum() >= pair.Second.Count - 2)
                    );
                },
                iter: 200,
                seed: "0N0XIzNsQ0O2"
            );
    }

    [Fact]
    public void Everything_and_one_weight_can_be_kept_and_nothing_beyond()
    {
        IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(Net);
        long all = prunable.Sum(p => (long)p.Count);
        Assert.Equal(all, ErdosRenyiKernel.Counts(prunable, all).Sum());
        Assert.Equal(1, ErdosRenyiKernel.Counts(prunable, 1).Sum());
        Assert.Throws<InputException>(() => ErdosRenyiKernel.Counts(prunable, all + 1));
        Assert.Throws<InputException>(() => ErdosRenyiKernel.Counts(prunable, 0));
    }

    [Fact]
    public void Shuffled_layers_keep_the_count_of_every_layer_at_other_places()
    {
        var layout = new ParameterLayout(Net);
        using Mask mask = ErdosRenyiKernel.Random(layout, PrunableSet.NoShortcuts.Of(Net), 500, new RandomStream(1, "mask"));
        using Mask shuffled = RandomMasks.ShuffledLayers(mask, new RandomStream(1, "shuffle")),
            again = RandomMasks.ShuffledLayers(mask, new RandomStream(1, "shuffle"));
        Assert.All(mask.Prunable, p => Assert.Equal(mask.Kept(p), shuffled.Kept(p)));
        Assert.False(mask.BitEquals(shuffled));
        Assert.True(shuffled.BitEquals(again));
    }
}
