using CsCheck;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

/// <summary>What a sparse training starts from, and how its gradients are scaled: by hand and by unit.</summary>
public class StartSpecs
{
    private static readonly Network Net = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    [Fact]
    public void Uniform_densities_are_the_same_in_all_layers_and_add_up()
    {
        IReadOnlyList<Parameter> prunable = PrunableSet.NoShortcuts.Of(Net);
        long all = prunable.Sum(p => (long)p.Count);
        Gen.Long[1, all]
            .Sample(
                kept =>
                {
                    IReadOnlyList<long> counts = UniformDensity.Counts(prunable, kept);
                    Assert.Equal(kept, counts.Sum());
                    Assert.All(counts.Zip(prunable), pair => Assert.InRange(pair.First - (double)kept * pair.Second.Count / all, -1, 1));
                },
                iter: 200,
                seed: "0N0XIzNsQ0O2"
            );
        Assert.Throws<InputException>(() => UniformDensity.Counts(prunable, all + 1));
        using Mask mask = UniformDensity.Random(new ParameterLayout(Net), prunable, 777, new RandomStream(0, "mask"));
        Assert.Equal(777, mask.KeptCount);
        Assert.Equal(UniformDensity.Counts(prunable, 777), prunable.Select(mask.Kept));
    }

    [Fact]
    public void Gradient_factors_are_those_of_a_layer_done_by_hand()
    {
        using var scope = NewDisposeScope();
        using Mask mask = ByHand();
        // Units keep 4, 1 and 0 of 4 weights: 1 − s = 1, 1/4, 0, mean 5/12. The next layer keeps none at all.
        float[] factors = GradientScaling.Factors(mask).data<float>().ToArray();
        float whole = (float)Math.Sqrt(1 / (5.0 / 12)),
            quarter = (float)Math.Sqrt(0.25 / (5.0 / 12));
        float[] expected = [whole, whole, whole, whole, quarter, quarter, quarter, quarter, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        Assert.All(expected.Zip(factors), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.Equal(expected.Length, factors.Length);
    }

    [Fact]
    public void Rescaled_weights_are_those_of_a_layer_done_by_hand()
    {
        using Mask mask = ByHand();
        using var weights = new WeightSet(mask.Layout, zeros(mask.Layout.Length).Plus(-3), zeros(0));
        using WeightSet rescaled = FanInRescaling.Apply(weights, mask);
        float[] expected = [-3, -3, -3, -3, 0, -6, 0, 0, 0, 0, 0, 0, -3, -3, -3, 0, 0, 0, 0, 0, 0, -3, -3]; // √(4/4) = 1, √(4/1) = 2
        Assert.Equal(expected, rescaled.Values.data<float>().ToArray());
        Assert.All(weights.Values.data<float>().ToArray(), value => Assert.Equal(-3, value));
    }

    [Fact]
    public void Every_unit_of_a_convolution_has_its_own_factor_and_shortcuts_none()
    {
        using var scope = NewDisposeScope();
        using WeightSet weights = Initialization.KaimingNormal(Net, new RandomStream(0, "A"));
        using Mask mask = ErdosRenyiKernel.Random(weights.Layout, PrunableSet.NoShortcuts.Of(Net), 2000, new RandomStream(0, "mask"));
        using WeightSet masked = weights.Masked(mask),
            rescaled = FanInRescaling.Apply(weights, mask);
        Tensor factors = GradientScaling.Factors(mask);
        foreach (Parameter p in Net.Parameters)
        {
            Tensor kept = mask.Layout.View(mask.Pruned, p).logical_not();
            double mean = kept.sum().item<long>() / (double)p.Shape[0];
            for (int unit = 0; unit < p.Shape[0]; unit++)
            {
                long own = kept[unit].sum().item<long>(),
                    inputs = kept[unit].numel();
                bool prunable = mask.Prunable.Contains(p);
                double scale = prunable && own > 0 ? Math.Sqrt((double)inputs / own) : 1,
                    factor = prunable ? Math.Sqrt(own / mean) : 1;
                Assert.True((rescaled[p][unit] - masked[p][unit].Times(scale)).abs().max().item<float>() < 1e-6, p.Name);
                Assert.True((mask.Layout.View(factors, p)[unit].Plus(-factor)).abs().max().item<float>() < 1e-6, p.Name);
            }
        }
    }

    [Fact]
    public void A_rescaled_layer_has_the_variance_of_a_dense_initialization()
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(1, 20, 20), 4, depth: 1, width: 500);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        IReadOnlyList<Parameter> layer = [network.Parameters[0]];
        using Mask mask = RandomMasks.WithCounts(weights.Layout, layer, [20_000], new RandomStream(0, "mask"));
        using WeightSet rescaled = FanInRescaling.Apply(weights, mask);
        // He et al. 2015: the squares of a unit's weights add up to 2 in the mean.
        Assert.InRange(Held.Square(rescaled[layer[0]]).sum(1).mean().item<float>(), 1.9, 2.1);
        Assert.InRange(Held.Square(weights.Masked(mask)[layer[0]]).sum(1).mean().item<float>(), 0.18, 0.22);
    }

    /// <summary>4 inputs, 3 units, 2 classes: the units keep 4, 1 and 0 weights, the classes none.</summary>
    private static Mask ByHand()
    {
        var layout = new ParameterLayout(Mlp.Build(Shape.Maps(1, 2, 2), 2, depth: 1, width: 3));
        bool[] pruned =
        [
            false,
            false,
            false,
            false,
            true,
            false,
            true,
            true,
            true,
            true,
            true,
            true,
            false,
            false,
            false,
            true,
            true,
            true,
            true,
            true,
            true,
            false,
            false,
        ];
        return new Mask(layout, PrunableSet.AllWeights.Of(layout.Network), tensor(pruned));
    }
}
