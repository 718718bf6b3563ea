using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Networks;

/// <summary>The norms of maps: what is normalised together, computed from the formula in float64.</summary>
public class NormSpecs
{
    public static TheoryData<Operation> Norms =>
        [new LayerNorm2d(), new LayerNorm2d(0.1), new GroupNorm(), new GroupNorm(2), new GroupNorm(3, 0.1), new GroupNorm(6)];

    [Theory]
    [MemberData(nameof(Norms))]
    public void A_norm_computes_its_formula(Operation norm)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(0, "norm");
        using WeightSet weights = RandomNetworks.Weights(NetworkOf(norm), random);
        Tensor images = RandomNetworks.Images(weights.Network, 3, random);
        float[] expected = [.. Oracle(norm, images, weights).Select(value => (float)value)];
        Assert.True(allclose(tensor(expected), Outputs(weights, images).contiguous().view(-1), 1e-4, 1e-5));
        // In memory with channels last too.
        Assert.True(
            allclose(
                tensor(expected),
                Outputs(weights, images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)).contiguous().view(-1),
                1e-4,
                1e-5
            )
        );
    }

    [Theory]
    [MemberData(nameof(Norms))]
    public void A_norm_goes_back_along_the_slope_of_its_formula(Operation norm)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(1, "norm");
        using WeightSet weights = RandomNetworks.Weights(NetworkOf(norm), random);
        Tensor images = RandomNetworks.Images(weights.Network, 2, random),
            direction = RandomNetworks.Images(weights.Network, 2, random),
            pull = RandomNetworks.Images(weights.Network, 2, random);
        Tensor x = images.detach().requires_grad_(true);
        Outputs(weights, x).mul(pull).sum().backward();
        double[] pulls = Doubles(pull);
        double Value(double along) =>
            Oracle(norm, images.to(ScalarType.Float64).Plus(direction.to(ScalarType.Float64).Times(along)), weights)
                .Zip(pulls, (output, p) => output * p)
                .Sum();
        Assert.Equal(
            (Value(1e-5) - Value(-1e-5)) / 2e-5,
            x.grad!.to(ScalarType.Float64).mul(direction.to(ScalarType.Float64)).sum().item<double>(),
            1e-3
        );
    }

    [Theory]
    [MemberData(nameof(Norms))]
    public void A_norm_in_bfloat16_is_that_in_float32_but_for_rounding(Operation norm)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(2, "norm");
        using WeightSet weights = RandomNetworks.Weights(NetworkOf(norm), random);
        Tensor images = RandomNetworks.Images(weights.Network, 3, random);
        Tensor coarse = Outputs(weights, images.to(ScalarType.BFloat16));
        Assert.Equal(ScalarType.BFloat16, coarse.dtype);
        Assert.True(allclose(Outputs(weights, images), coarse.to(ScalarType.Float32), 0.05, 0.05));
    }

    [Fact]
    public void Groups_of_a_norm_leave_what_moves_units_within_them()
    {
        PermutationGroup[] Of(Operation norm)
        {
            var b = new NetworkBuilder("n", 3, 4, 4);
            b.Chain(0, ("conv", new Conv(6, 1)), ("norm", norm), ("relu", new Relu()), ("flatten", new Flatten()), ("head", new Linear(2)));
            return [.. PermutationGroups.Of(b.Build()).Groups];
        }
        Assert.Equal([6], Of(new LayerNorm2d()).Select(group => group.Units));
        Assert.Equal([6], Of(new GroupNorm()).Select(group => group.Units));
        Assert.Equal([2, 2, 2], Of(new GroupNorm(3)).Select(group => group.Units));
        Assert.Equal([0, 2, 4], Of(new GroupNorm(3)).Select(group => group.Taps[^1].Offset));
        Assert.Equal([6], Of(new GroupNorm(6)).Select(group => group.Units));
    }

    [Theory]
    [MemberData(nameof(Norms))]
    public void A_permuted_network_with_a_norm_computes_the_same_function(Operation norm)
    {
        using var scope = NewDisposeScope();
        var b = new NetworkBuilder("n", 3, 4, 4);
        int stem = b.Chain(0, ("conv", new Conv(6, 1)), ("relu", new Relu()));
        int branch = b.Chain(stem, ("norm", norm), ("gelu", new Gelu()), ("conv2", new Conv(6, 3, 1, 1)));
        b.Chain(b.Then("add", new Add(), branch, stem), ("flatten", new Flatten()), ("head", new Linear(2)));
        Network network = b.Build();
        var random = new RandomStream(3, "norm");
        using WeightSet weights = RandomNetworks.Weights(network, random);
        PermutationGroups groups = PermutationGroups.Of(network);
        Permutation permutation = Permutation.Uniform(groups, random);
        Assert.False(permutation.IsIdentity);
        Assert.True(
            Certificate.Of(permutation, weights, RandomNetworks.Mask(weights, random), RandomNetworks.Images(network, 4, random)).Holds
        );
    }

    private static Network NetworkOf(Operation norm)
    {
        var b = new NetworkBuilder("n", 6, 3, 4);
        b.Chain(0, ("norm", norm), ("pool", new GlobalAveragePool()), ("flatten", new Flatten()));
        return b.Build();
    }

    /// <summary>Of the norm, node 1.</summary>
    private static Tensor Outputs(WeightSet weights, Tensor images)
    {
        Tensor? found = null;
        using NodeArrays arrays = NodeArrays.Of(weights, CPU, images.dtype);
        new ForwardPass(weights.Network, [1]).Run(arrays, images, training: true, tap: (_, output) => found = output);
        return found!;
    }

    /// <summary>(x − mean) / √(variance + ε) · γ + β over what belongs together; [N, C, H, W] in that order.</summary>
    private static double[] Oracle(Operation norm, Tensor images, WeightSet weights)
    {
        (int n, int c, int positions) = ((int)images.shape[0], (int)images.shape[1], (int)(images.shape[2] * images.shape[3]));
        double[] x = Doubles(images),
            gamma = Doubles(weights[weights.Network.Parameters[0]]),
            beta = Doubles(weights[weights.Network.Parameters[1]]),
            y = new double[x.Length];
        double epsilon = norm is GroupNorm grouped ? grouped.Epsilon : ((LayerNorm2d)norm).Epsilon;
        (int, int) Together(int image, int channel, int position) =>
            norm is GroupNorm op ? (image, channel / (c / op.Groups)) : (image, position);
        var all =
            from image in Enumerable.Range(0, n)
            from channel in Enumerable.Range(0, c)
            from position in Enumerable.Range(0, positions)
            select (Key: Together(image, channel, position), At: (image * c + channel) * positions + position, channel);
        foreach (var set in all.GroupBy(entry => entry.Key))
        {
            double mean = set.Average(entry => x[entry.At]),
                variance = set.Average(entry => Math.Pow(x[entry.At] - mean, 2));
            foreach ((_, int at, int channel) in set)
                y[at] = (x[at] - mean) / Math.Sqrt(variance + epsilon) * gamma[channel] + beta[channel];
        }
        return y;
    }

    private static double[] Doubles(Tensor values) => values.to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
