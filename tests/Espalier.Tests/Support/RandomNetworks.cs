using Espalier.Data;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Tests.Support;

/// <summary>Small random valid networks that tie channels in every awkward way (<see cref="AnyNetworks"/> has every operation), and
/// random weights, statistics, images and masks of any network.</summary>
internal static class RandomNetworks
{
    public static Network Graph(RandomStream random)
    {
        int side = 6 + 2 * random.NextInt(3);
        var b = new NetworkBuilder("random", 1 + random.NextInt(3), side, side);
        int channels = 2 + random.NextInt(5),
            x = b.Chain(0, ("stem", new Conv(channels, 3, 1, 1, Bias: random.NextInt(2) == 1)), ("stem.relu", new Relu()));
        int size = side;
        for (int block = 0; block < 3; block++)
        {
            string name = $"block{block}";
            switch (random.NextInt(6))
            {
                case 0: // residual
                    int inner = 2 + random.NextInt(5);
                    int r = b.Chain(
                        x,
                        ($"{name}.conv1", new Conv(inner, 3, 1, 1)),
                        ($"{name}.bn1", new BatchNorm()),
                        ($"{name}.gelu", new Gelu()),
                        ($"{name}.conv2", new Conv(channels, 1, 1, 0, Bias: true))
                    );
                    x = b.Then($"{name}.add", new Add(), r, x);
                    break;
                case 1: // a concatenation tied in unequal parts to a fresh layer
                    int left = 1 + random.NextInt(3),
                        right = 1 + random.NextInt(3);
                    int one = b.Then($"{name}.left", new Conv(left, 1), x),
                        two = b.Then($"{name}.right", new Conv(right, 3, 1, 1), x),
                        both = b.Then($"{name}.concat", new Concat(), one, two);
                    int other = b.Then($"{name}.other", new Conv(left + right, 1), x);
                    x = b.Then($"{name}.add", new Add(), both, other);
                    channels = left + right;
                    break;
                case 2:
                    x = b.Chain(x, ($"{name}.depthwise", new DepthwiseConv(3, 1, 1, Bias: true)), ($"{name}.norm", NormOf(channels)));
                    break;
                case 3 when size >= 4: // a padded shortcut ties the middle of the new channels to the old ones
                    int wider = channels + 2 * (1 + random.NextInt(2));
                    int main = b.Chain(x, ($"{name}.conv", new Conv(wider, 3, 2, 1)), ($"{name}.bn", new BatchNorm()));
                    x = b.Then($"{name}.add", new Add(), main, b.Then($"{name}.shortcut", new PadShortcut(wider, 2), x));
                    (channels, size) = (wider, (size + 1) / 2);
                    break;
                case 4 when size >= 4:
                    x = b.Then($"{name}.pool", random.NextInt(2) == 0 ? new MaxPool(2, 2) : new AveragePool(2, 2), x);
                    size /= 2;
                    break;
                default:
                    channels = 2 + random.NextInt(5);
                    x = b.Then($"{name}.conv", new Conv(channels, 3, 1, 1), x);
                    break;
            }
            x = b.Then($"{name}.out", new Relu(), x);
        }
        if (random.NextInt(2) == 0)
            x = b.Then("pool", new GlobalAveragePool(), x);
        b.Chain(
            x,
            ("flatten", new Flatten()),
            ("hidden", new Linear(5)),
            ("hidden.norm", new LayerNorm()),
            ("hidden.relu", new Relu()),
            ("head", new Linear(3))
        );
        return b.Build();
    }

    /// <summary>Every norm of maps, by the number of channels.</summary>
    private static Operation NormOf(int channels) =>
        (channels % 3) switch
        {
            0 => new LayerNorm2d(1e-6),
            1 => new GroupNorm(),
            _ => new GroupNorm(channels % 2 == 0 && channels > 2 ? 2 : 1),
        };

    public static WeightSet Weights(Network network, RandomStream random)
    {
        var layout = new ParameterLayout(network);
        float[] values = [.. Enumerable.Range(0, (int)layout.Length).Select(_ => (float)(0.5 * random.NextNormal()))];
        float[] statistics = [.. Enumerable.Range(0, (int)layout.StatisticsLength).Select(_ => (float)(0.5 + random.NextDouble()))];
        return new WeightSet(layout, tensor(values), tensor(statistics));
    }

    public static Tensor Images(Network network, int count, RandomStream random)
    {
        Shape s = network.InputShape;
        return tensor([.. Enumerable.Range(0, count * s.Channels * s.Positions).Select(_ => (float)random.NextNormal())])
            .view(count, s.Channels, s.Height, s.Width);
    }

    /// <summary>Images in float64, each of one of three classes.</summary>
    public static Batch Batch(Network network, int count, RandomStream random) =>
        new(
            Images(network, count, random).to(ScalarType.Float64),
            tensor([.. Enumerable.Range(0, count).Select(_ => (long)random.NextInt(3))])
        );

    public static Mask Mask(WeightSet weights, RandomStream random)
    {
        IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(weights.Network);
        bool[] pruned = new bool[weights.Layout.Length];
        foreach (Parameter p in prunable)
            for (long i = weights.Layout.Offset(p); i < weights.Layout.Offset(p) + p.Count; i++)
                pruned[i] = random.NextInt(2) == 0;
        return new Mask(weights.Layout, prunable, tensor(pruned));
    }
}
