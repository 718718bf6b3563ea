using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Symmetry;

/// <summary>What two files have in common, by numbers small enough to count by hand.</summary>
public sealed class ComparisonSpecs : IDisposable
{
    private static readonly Network Tiny = Mlp.Build(Shape.Maps(1, 1, 2), 2, depth: 1, width: 2);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Overlap_signs_distance_and_dead_units_are_counted()
    {
        Write("a", fc1: [1, -2, 0, 0], fc2: [0, 0, 3, 4]);
        Write("b", fc1: [1, 2, 0, 5], fc2: [0, 0, 0, 0]);
        Comparison found = Comparison.Of(_folder["a"], _folder["b"], Tiny);
        LayerDifference fc1 = found.Layers.Single(layer => layer.Layer == "fc1.weight"),
            last = found.Layers.Last(layer => layer.Layer.EndsWith("weight", StringComparison.Ordinal));
        Assert.Equal((2, 3, 2), (fc1.KeptA, fc1.KeptB, fc1.KeptInBoth));
        Assert.Equal((1, 0), (fc1.DeadA, fc1.DeadB));
        Assert.Equal(2.0 / 3, fc1.Overlap);
        Assert.Equal(0.5 * 0.75 / (0.5 + 0.75 - 0.5 * 0.75), fc1.OverlapByChance);
        Assert.Equal(0.5, fc1.SignAgreement);
        Assert.Equal(Math.Sqrt(16 + 25), fc1.Distance);
        Assert.Equal(Math.Sqrt(41) / Math.Sqrt(5), fc1.RelativeDistance);
        Assert.Equal((1 - 4) / (Math.Sqrt(5) * Math.Sqrt(30)), fc1.Cosine!.Value, 1e-15);
        Assert.Equal((1, 2), (last.DeadA, last.DeadB));
        Assert.Null(last.Cosine);
        Assert.Null(last.SignAgreement);
        Assert.Equal(Math.Sqrt(41 + 25), found.Total!.Distance!.Value, 1e-12);
        Assert.False(found.AreSame);
        Assert.True(Comparison.Of(_folder["a"], _folder["a"], Tiny).AreSame);
    }

    [Fact]
    public void A_mask_overlaps_with_itself_and_random_masks_by_chance()
    {
        Network net = Mlp.Build(Shape.Maps(1, 8, 8), 10, depth: 1, width: 128);
        using WeightSet weights = RandomNetworks.Weights(net, new RandomStream(0, "diff"));
        using Mask a = RandomNetworks.Mask(weights, new RandomStream(1, "diff")),
            b = RandomNetworks.Mask(weights, new RandomStream(2, "diff"));
        MaskFile.Write(_folder["a"], a);
        MaskFile.Write(_folder["b"], b);
        Comparison same = Comparison.Of(_folder["a"], _folder["a"]),
            other = Comparison.Of(_folder["a"], _folder["b"]);
        Assert.True(same.AreSame);
        Assert.Equal(1, same.Total!.Overlap);
        Assert.False(other.AreSame);
        Assert.Equal(a.KeptCount, other.Total!.KeptA);
        Assert.Equal(b.KeptCount, other.Total.KeptB);
        Assert.InRange(
            other.Layers[0].Overlap!.Value,
            other.Layers[0].OverlapByChance!.Value - 0.03,
            other.Layers[0].OverlapByChance!.Value + 0.03
        );
    }

    [Fact]
    public void A_permuted_network_has_the_same_counts_and_its_own_permutation_the_same_places()
    {
        Network net = Mlp.Build(Shape.Maps(1, 2, 2), 3, depth: 2, width: 9);
        PermutationGroups groups = PermutationGroups.Of(net);
        Permutation one = Permutation.Uniform(groups, new RandomStream(1, "diff")),
            two = Permutation.Uniform(groups, new RandomStream(2, "diff"));
        foreach ((string name, Permutation permutation) in new[] { ("one", one), ("two", two) })
            Safetensors.Write(_folder[name], PermutationArrays.OfGroups(permutation), PermutationArrays.Facts(permutation));
        Assert.True(Comparison.Of(_folder["one"], _folder["one"]).AreSame);
        Comparison found = Comparison.Of(_folder["one"], _folder["two"]);
        Assert.Equal(
            one.Sources.Zip(two.Sources, (a, b) => a.Zip(b).Count(pair => pair.First == pair.Second)),
            found.Groups.Select(group => group.Same)
        );
    }

    [Fact]
    public void Different_kinds_and_networks_are_refused()
    {
        Write("w", fc1: [1, 1, 1, 1], fc2: [1, 1, 1, 1]);
        using WeightSet weights = WeightsFile.Read(_folder["w"], Tiny);
        WeightsFile.Write(_folder["a"], weights);
        using Mask mask = Mask.Dense(weights.Layout, PrunableSet.AllWeights.Of(Tiny));
        MaskFile.Write(_folder["m"], mask);
        Assert.Contains("expected two of one kind", Assert.Throws<InputException>(() => Comparison.Of(_folder["a"], _folder["m"])).Message);
        using WeightSet other = RandomNetworks.Weights(Mlp.Build(Shape.Maps(1, 1, 2), 2, depth: 1, width: 3), new RandomStream(0, "x"));
        WeightsFile.Write(_folder["b"], other);
        Assert.Contains("fingerprint", Assert.Throws<InputException>(() => Comparison.Of(_folder["a"], _folder["b"])).Message);
        Assert.Contains("--model", Assert.Throws<InputException>(() => Comparison.Of(_folder["w"], _folder["w"])).Message);
        Assert.True(Comparison.Of(_folder["a"], _folder["w"]).AreSame);
    }

    private void Write(string name, float[] fc1, float[] fc2)
    {
        Parameter[] weights = [.. Tiny.Parameters.Where(p => p.IsWeight)];
        Safetensors.Write(
            _folder[name],
            Tiny.Parameters.Select(p =>
                StoredTensor.FromFloats(
                    p.Name,
                    [.. p.Shape.Select(s => (long)s)],
                    p == weights[0] ? fc1
                        : p == weights[1] ? fc2
                        : new float[p.Count]
                )
            )
        );
    }
}
