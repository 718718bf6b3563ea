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

namespace Espalier.Tests.Symmetry;

/// <summary>Properties of permutations, on random graphs of all operations.</summary>
public class InvarianceSpecs
{
    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(0, 60).Select(seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_permuted_network_computes_the_same_function(int seed)
    {
        using var scope = NewDisposeScope();
        (WeightSet weights, Permutation permutation, RandomStream random) = Draw(seed);
        Certificate certificate = Certificate.Of(
            permutation,
            weights,
            RandomNetworks.Mask(weights, random),
            RandomNetworks.Images(weights.Network, 4, random)
        );
        Assert.True(certificate.Holds, $"{certificate}");
        Assert.Equal(permutation.IsIdentity, permutation.Apply(weights).BitEquals(weights));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_permutation_and_its_inverse_cancel(int seed)
    {
        (WeightSet weights, Permutation permutation, RandomStream random) = Draw(seed);
        Permutation other = Permutation.Uniform(permutation.Groups, random);
        Assert.True(permutation.Inverse().After(permutation).IsIdentity);
        Assert.True(permutation.After(permutation.Inverse()).IsIdentity);
        Assert.True(permutation.After(other).Apply(weights).BitEquals(permutation.Apply(other.Apply(weights))));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Permuting_masked_weights_is_masking_permuted_weights(int seed)
    {
        (WeightSet weights, Permutation permutation, RandomStream random) = Draw(seed);
        Mask mask = RandomNetworks.Mask(weights, random),
            moved = permutation.Apply(mask);
        Assert.True(permutation.Apply(weights.Masked(mask)).BitEquals(permutation.Apply(weights).Masked(moved)));
        Assert.All(mask.Prunable, p => Assert.Equal(mask.Kept(p), moved.Kept(p)));
    }

    [Fact]
    public void Permuting_one_array_alone_changes_the_function()
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(1, 4, 4), 3, depth: 2, width: 8);
        var random = new RandomStream(1, "broken");
        WeightSet weights = RandomNetworks.Weights(network, random);
        WeightSet broken = new(weights.Layout, weights.Values.clone(), weights.Statistics.clone());
        Parameter first = network.Parameters[0];
        broken[first].copy_(weights[first].flip(0));
        Tensor images = RandomNetworks.Images(network, 4, random);
        Assert.True((weights.Logits(images) - broken.Logits(images)).abs().max().item<float>() > 1e-2);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_heavily_pruned_network_has_its_certificate(int seed)
    {
        using var scope = NewDisposeScope();
        (WeightSet weights, Permutation permutation, RandomStream random) = Draw(seed);
        Tensor gone = zeros_like(weights.Values, ScalarType.Bool);
        foreach (Parameter p in PrunableSet.AllWeights.Of(weights.Network))
            weights.Layout.Slice(gone, p).copy_(tensor(Enumerable.Range(0, p.Count).Select(_ => random.NextInt(100) < 97).ToArray()));
        using Mask mask = new(weights.Layout, PrunableSet.AllWeights.Of(weights.Network), gone);
        Certificate certificate = Certificate.Of(
            permutation,
            weights.Masked(mask),
            mask,
            RandomNetworks.Images(weights.Network, 4, random)
        );
        Assert.True(certificate.Holds, $"{certificate}");
        Assert.InRange(certificate.MaxRelativeDifference, 0, Certificate.Tolerance / 1000);
    }

    [Fact]
    public void Confusing_two_units_that_are_almost_the_same_fails_the_certificate()
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(1, "twins");
        WeightSet weights = RandomNetworks.Weights(Mlp.Build(Shape.Maps(1, 4, 4), 3, depth: 2, width: 8), random);
        Parameter first = weights.Network.Parameters[0],
            bias = weights.Network.Parameters[1];
        // Units 2 and 3 of the first layer read the same but for the last places of one weight.
        weights[first][3].copy_(weights[first][2]);
        weights[bias][3].copy_(weights[bias][2]);
        weights[first][3, 0] = weights[first][3, 0].Times(1 + 4e-7);
        WeightSet confused = new(weights.Layout, weights.Values.clone(), weights.Statistics.clone());
        confused[first][2].copy_(weights[first][3]);
        confused[first][3].copy_(weights[first][2]);
        Tensor images = RandomNetworks.Images(weights.Network, 4, random);
        double difference = Certificate.Difference(weights, confused, images);
        Assert.InRange(difference, 10 * Certificate.Tolerance, 1e-5);
        Assert.False(new Certificate(difference, 4, true, true).Holds);
        Assert.InRange(
            Certificate.Difference(weights, Permutation.Uniform(PermutationGroups.Of(weights.Network), random).Apply(weights), images),
            0,
            1e-13
        );
    }

    [Fact]
    public void Weights_that_overflow_are_the_users_fault()
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(1, 4, 4), 3, depth: 9, width: 8);
        var layout = new ParameterLayout(network);
        using var huge = new WeightSet(layout, tensor(Enumerable.Repeat(3e38f, (int)layout.Length).ToArray()), zeros(0));
        Tensor images = ones(2, 1, 4, 4);
        Assert.Contains(
            "not finite",
            Assert
                .Throws<InputException>(() => Certificate.Of(Permutation.Identity(PermutationGroups.Of(network)), huge, null, images))
                .Message
        );
    }

    [Fact]
    public void What_is_no_bijection_is_refused()
    {
        PermutationGroups groups = PermutationGroups.Of(Mlp.Build(Shape.Maps(1, 4, 4), 3, depth: 1, width: 3));
        foreach (int[] source in new[] { [0, 1, 1], [0, 1], new[] { 0, 1, 3 }, [-1, 0, 1] })
            Assert.Throws<InputException>(() => new Permutation(groups, [source]));
        Assert.Throws<InputException>(() => new Permutation(groups, []));
    }

    [Fact]
    public void A_permutation_that_fails_its_certificate_is_not_written()
    {
        using var folder = new TempFolder();
        PermutationGroups groups = PermutationGroups.Of(Mlp.Build(Shape.Maps(1, 4, 4), 3, depth: 1, width: 3));
        string path = System.IO.Path.Combine(folder.Path, "p.safetensors");
        Assert.Throws<InvalidOperationException>(() =>
            PermutationFile.Write(path, Permutation.Identity(groups), new Certificate(0.5, 4, true, true))
        );
        Assert.False(File.Exists(path));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Artefacts_come_back_from_disk_as_they_were(int seed)
    {
        using var folder = new TempFolder();
        (WeightSet weights, Permutation permutation, RandomStream random) = Draw(seed);
        Mask mask = RandomNetworks.Mask(weights, random);
        string At(string name) => System.IO.Path.Combine(folder.Path, name);
        WeightsFile.Write(At("w"), weights);
        MaskFile.Write(At("m"), mask);
        PermutationFile.Write(At("p"), permutation, new Certificate(0, 1, true, true));
        Assert.True(WeightsFile.Read(At("w")).BitEquals(weights));
        Assert.True(MaskFile.Read(At("m"), weights.Network).BitEquals(mask));
        Assert.True(PermutationFile.Read(At("p")).SameAs(permutation));
        Assert.Throws<InputException>(() => MaskFile.Read(At("w")));
        Network other = Mlp.Build(Shape.Maps(1, 4, 4), 3);
        Assert.Throws<InputException>(() => WeightsFile.Read(At("w"), other));
        Assert.Throws<InputException>(() => PermutationFile.Read(At("p"), other));
    }

    private static (WeightSet, Permutation, RandomStream) Draw(int seed)
    {
        var random = new RandomStream(seed, "invariance");
        Network network = RandomNetworks.Graph(random);
        return (RandomNetworks.Weights(network, random), Permutation.Uniform(PermutationGroups.Of(network), random), random);
    }
}
