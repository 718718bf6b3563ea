using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

public class SynFlowSpecs
{
    /// <summary>A chain of everything that comes in a chain.</summary>
    private static Network Chain()
    {
        var b = new NetworkBuilder("chain", 3, 8, 8);
        b.Chain(
            0,
            ("conv1", new Conv(6, 3, 1, 1, Bias: true)),
            ("bn1", new BatchNorm()),
            ("relu1", new Relu()),
            ("depthwise", new DepthwiseConv(3, 1, 1, Bias: true)),
            ("pool1", new MaxPool(2, 2)),
            ("conv2", new Conv(9, 3, 2, 1)),
            ("norm2", new LayerNorm2d()),
            ("gelu2", new Gelu()),
            ("pool2", new AveragePool(2, 2)),
            ("flatten", new Flatten()),
            ("hidden", new Linear(7)),
            ("norm3", new LayerNorm()),
            ("relu3", new Relu()),
            ("head", new Linear(4))
        );
        return b.Build();
    }

    [Fact]
    public void A_score_is_the_product_of_all_magnitudes_along_the_paths_through_its_weight()
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(1, 1, 3), 2, depth: 2, width: 4);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(weights, new RandomStream(0, "mask"));
        using WeightSet masked = weights.Masked(mask);
        float[,] Of(string name)
        {
            Parameter p = network.Parameters.Single(p => p.Name == name);
            float[] flat = masked[p].abs().data<float>().ToArray();
            var array = new float[p.Shape[0], p.Shape[1]];
            Buffer.BlockCopy(flat, 0, array, 0, sizeof(float) * flat.Length);
            return array;
        }
        float[,] one = Of("fc1.weight"),
            two = Of("fc2.weight"),
            three = Of("fc3.weight");
        double[] expected = new double[mask.Layout.Length];
        long First(string name) => mask.Layout.Offset(network.Parameters.Single(p => p.Name == name));
        for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++)
        for (int k = 0; k < 4; k++)
        for (int o = 0; o < 2; o++)
        {
            double path = (double)one[j, i] * two[k, j] * three[o, k];
            expected[First("fc1.weight") + j * 3 + i] += path;
            expected[First("fc2.weight") + k * 4 + j] += path;
            expected[First("fc3.weight") + o * 4 + k] += path;
        }
        double[] scores = SynFlow.Scores(weights, mask).data<double>().ToArray();
        Assert.All(scores.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void As_much_flows_through_every_layer()
    {
        // Tanaka et al. 2020, theorem 2, with biases out of the way: every layer's scores add up to R.
        using var scope = NewDisposeScope();
        foreach (Network network in new[] { Chain(), Mlp.Build(Shape.Maps(1, 4, 4), 5, depth: 4, width: 9) })
        {
            using WeightSet weights = RandomNetworks.Weights(network, new RandomStream(3, "A"));
            using Mask mask = UniformDensity.Random(
                weights.Layout,
                PrunableSet.AllWeights.Of(network),
                PrunableSet.AllWeights.Of(network).Sum(p => (long)p.Count) / 2,
                new RandomStream(1, "mask")
            );
            Tensor scores = SynFlow.Scores(weights, mask);
            double[] sums =
            [
                .. network
                    .Parameters.Where(p => p.IsWeight || p.Kind == ParameterKind.NormWeight)
                    .Select(p => mask.Layout.Slice(scores, p).sum().item<double>()),
            ];
            Assert.True(sums[0] > 0);
            Assert.All(sums, sum => Assert.Equal(1, sum / sums[0], 1e-9));
            Assert.All(
                network.Parameters.Where(p => p.Kind is ParameterKind.Bias or ParameterKind.NormBias),
                p => Assert.Equal(0, mask.Layout.Slice(scores, p).abs().sum().item<double>())
            );
        }
    }

    [Fact]
    public void No_layer_collapses_at_99_per_cent_where_magnitudes_lose_one()
    {
        Network network = Mlp.Build(Shape.Maps(1, 8, 8), 10, depth: 6, width: 40);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask dense = Mask.Dense(start.Layout, PrunableSet.AllWeights.Of(network));
        using (Tensor weak = start.Layout.Slice(start.Values, dense.Prunable[3]))
            weak.TimesInPlace(1e-3);
        long kept = dense.PrunableCount / 100;
        using Mask flow = SynFlow.Prune(start, dense, kept),
            magnitude = GlobalMagnitude.Prune(start, dense, kept);
        Assert.Equal(0, magnitude.Kept(dense.Prunable[3]));
        Assert.All(dense.Prunable, p => Assert.True(flow.Kept(p) > 0, p.Name));
        Assert.Equal(kept, flow.KeptCount);
        using Tensor scores = SynFlow.Scores(start, flow);
        Assert.True(scores.sum().item<double>() > 0); // something still flows from the images to the logits
    }

    [Fact]
    public void Rounds_follow_the_exponential_schedule_and_residual_networks_are_pruned_too()
    {
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask dense = Mask.Dense(start.Layout, PrunableSet.NoShortcuts.Of(network));
        long all = dense.PrunableCount,
            kept = all / 50;
        using Mask by3 = SynFlow.Prune(start, dense, kept, 3);
        Mask mask = dense.Copy();
        foreach (int round in new[] { 1, 2, 3 })
        {
            using Tensor scores = SynFlow.Scores(start, mask);
            Mask next = GlobalScores.Keep(
                scores,
                mask,
                round == 3 ? kept : (long)Math.Round(all * Math.Pow((double)kept / all, round / 3.0))
            );
            mask.Dispose();
            mask = next;
        }
        Assert.True(by3.BitEquals(mask));
        using Mask once = SynFlow.Prune(start, dense, kept, 1);
        Assert.False(once.BitEquals(mask));
        Assert.Equal(kept, once.KeptCount);
        mask.Dispose();
        Assert.Throws<InputException>(() => SynFlow.Prune(start, dense, kept, 0));
        Assert.Throws<InputException>(() => SynFlow.Prune(start, dense, all + 1, 2));
    }
}
