using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

public class MaskPathsSpecs
{
    [Fact]
    public void A_dense_mask_has_every_weight_on_a_path()
    {
        foreach (string model in new[] { "mlp:width=8", "resnet20:blocks=1", "resnet20:blocks=1,shortcut=zero-pad", "vgg11" })
        {
            var layout = new ParameterLayout(Models.Build(model, Shape.Maps(3, 32, 32), 10));
            using Mask mask = Mask.Dense(layout, PrunableSet.AllWeights.Of(layout.Network));
            var paths = MaskPaths.Of(mask);
            Assert.Empty(paths.CollapsedLayers);
            Assert.Equal(0, paths.UnreachedClasses);
            Assert.Null(paths.Warning);
            // Where a map is one position, the rest of a 3x3 kernel sees padding only.
            Assert.True(paths.Effective == paths.Kept || model == "vgg11", $"{model}: {paths.Effective} of {paths.Kept}");
        }
    }

    [Fact]
    public void Of_a_perceptron_it_is_what_walking_its_units_finds()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new RandomStream(seed, "paths");
            int[] widths = [12, 3 + random.NextInt(5), 3 + random.NextInt(5), 4];
            var builder = new NetworkBuilder("walked", 3, 2, 2);
            int x = builder.Chain(
                0,
                ("flatten", new Flatten()),
                ("a", new Linear(widths[1])),
                ("relu1", new Relu()),
                ("b", new Linear(widths[2])),
                ("gelu", new Gelu())
            );
            builder.Then("c", new Linear(widths[3]), x);
            Network network = builder.Build();
            Parameter[] weights = [.. network.Parameters.Where(p => p.IsWeight)];
            var layout = new ParameterLayout(network);
            bool[] pruned = new bool[layout.Length];
            foreach (Parameter p in weights)
                for (int i = 0; i < p.Count; i++)
                    pruned[layout.Offset(p) + i] = random.NextInt(10) < 7;
            using var mask = new Mask(layout, weights, tensor(pruned));

            bool Kept(int layer, int o, int i) => !pruned[layout.Offset(weights[layer]) + o * widths[layer] + i];
            bool From(int layer, int unit) =>
                layer == 0 || Enumerable.Range(0, widths[layer - 1]).Any(i => Kept(layer - 1, unit, i) && From(layer - 1, i));
            bool To(int layer, int unit) =>
                layer == 3 || Enumerable.Range(0, widths[layer + 1]).Any(o => Kept(layer, o, unit) && To(layer + 1, o));
            long expected = Enumerable
                .Range(0, 3)
                .Sum(layer =>
                    Enumerable
                        .Range(0, widths[layer + 1])
                        .Sum(o => Enumerable.Range(0, widths[layer]).Count(i => Kept(layer, o, i) && From(layer, i) && To(layer + 1, o)))
                );

            var paths = MaskPaths.Of(mask);
            Assert.Equal(expected, paths.Effective);
            Assert.Equal(Enumerable.Range(0, 4).Count(o => !From(3, o)), paths.UnreachedClasses);
            Assert.Equal(mask.KeptCount, paths.Kept);
        }
    }

    [Fact]
    public void An_empty_layer_is_named_and_cuts_every_path_unless_a_shortcut_leads_around_it()
    {
        MaskPaths Without(string model, string layer)
        {
            var layout = new ParameterLayout(Models.Build(model, Shape.Maps(3, 8, 8), 10));
            Parameter[] weights = [.. layout.Network.Parameters.Where(p => p.IsWeight)];
            Tensor pruned = zeros(layout.Length, ScalarType.Bool);
            layout.Slice(pruned, weights.Single(p => p.Name == layer)).logical_not_();
            using var mask = new Mask(layout, weights, pruned);
            return MaskPaths.Of(mask);
        }
        using var scope = NewDisposeScope();
        MaskPaths cut = Without("mlp:width=8", "fc2.weight"),
            around = Without("resnet20:blocks=1", "layer1.0.conv1.weight");
        Assert.Equal("fc2.weight", Assert.Single(cut.CollapsedLayers));
        Assert.Equal((10, 0, 1.0), (cut.UnreachedClasses, cut.Effective, cut.EffectiveSparsity));
        Assert.Contains("fc2.weight keeps no weight; no path is left", cut.Warning, StringComparison.Ordinal);
        Assert.Equal(0, around.UnreachedClasses);
        Assert.True(around.Effective < around.Kept && around.Effective > 0);
        Assert.Contains("layer collapse", around.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Effective_weights_are_some_of_those_kept_in_any_graph()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new RandomStream(seed, "cut");
            using WeightSet weights = RandomNetworks.Weights(RandomNetworks.Graph(random), random);
            using Mask mask = RandomNetworks.Mask(weights, random);
            var paths = MaskPaths.Of(mask);
            Assert.InRange(paths.Effective, 0, paths.Kept);
            Assert.InRange(paths.EffectiveSparsity, mask.Sparsity - 1e-12, 1);
        }
    }

    [Fact]
    public void In_any_graph_it_is_where_a_positive_flow_from_all_pixels_to_all_classes_is_more_than_zero()
    {
        int cut = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            using var scope = NewDisposeScope();
            var random = new RandomStream(seed, "flow");
            using WeightSet weights = RandomNetworks.Weights(RandomNetworks.Graph(random), random);
            if (weights.Network.Nodes.Any(node => node.Operation is MaxPool { Dilation: not { Height: 1, Width: 1 } }))
                continue; // the maximum hides what is smaller
            using Mask mask = RandomNetworks.Mask(weights, random);
            using var ones = new WeightSet(mask.Layout, ones_like(weights.Values), ones_like(weights.Statistics));
            foreach (Parameter p in mask.Network.Parameters.Where(p => p.IsWeight))
                ones[p].TimesInPlace(1.0 / p.FanIn);
            (Tensor flows, Tensor logits) = SynFlow.Flow(ones, mask, SynFlow.Linear(mask.Network, averagesOnly: true));
            var paths = MaskPaths.Of(mask);
            Assert.Equal(mask.Prunable.Sum(p => mask.Layout.Slice(flows, p).count_nonzero().item<long>()), paths.Effective);
            Assert.Equal(mask.Network.Classes - logits.count_nonzero().item<long>(), paths.UnreachedClasses);
            cut += paths.Effective < paths.Kept ? 1 : 0;
        }
        Assert.True(cut > 10);
    }

    [Fact]
    public void A_maximum_of_windows_with_gaps_hides_nothing_that_flows()
    {
        // Three columns apart, each position of the map is read: all taps of the convolution before it lie on paths.
        var builder = new NetworkBuilder("gaps", 2, 9, 9);
        int x = builder.Chain(
            0,
            ("conv", new Conv(3, 3, 1, 1)),
            ("pool", new MaxPool(3, 2, 1, Dilation: 3, CeilMode: true)),
            ("flatten", new Flatten())
        );
        builder.Then("classes", new Linear(2), x);
        var layout = new ParameterLayout(builder.Build());
        using Mask mask = Mask.Dense(layout, PrunableSet.AllWeights.Of(layout.Network));
        Assert.Equal(mask.KeptCount, MaskPaths.Of(mask).Effective);
    }

    [Fact]
    public void Deep_networks_neither_overflow_nor_vanish()
    {
        var builder = new NetworkBuilder("deep", 1, 1, 1);
        int x = builder.Then("flatten", new Flatten(), 0);
        for (int i = 0; i < 150; i++)
            x = builder.Then($"fc{i}", new Linear(64), x);
        builder.Then("classes", new Linear(2), x);
        var layout = new ParameterLayout(builder.Build());
        using Mask mask = Mask.Dense(layout, PrunableSet.AllWeights.Of(layout.Network));
        Assert.Equal(mask.KeptCount, MaskPaths.Of(mask).Effective);
    }
}
