using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Symmetry;

/// <summary>One group at a time: no group is idle, and none is a symmetry by halves.</summary>
public class SingleGroupSpecs
{
    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(0, 40).Select(seed => new TheoryDataRow<int>(seed));

    [Fact]
    public void The_random_graphs_hold_every_awkward_case()
    {
        Network[] graphs = [.. Enumerable.Range(0, 40).Select(seed => Draw(seed).Network)];
        Axis[] axes = [.. graphs.SelectMany(g => g.Parameters.SelectMany(p => PermutationGroups.Of(g).AxesOf(p))).OfType<Axis>()];
        Assert.Contains(axes, axis => axis.Segments.Any(s => s.Multiplicity > 1 && s.Group >= 0));
        Assert.Contains(axes, axis => axis.Segments.Count > 2);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Each_group_alone_moves_weights_and_keeps_the_function(int seed)
    {
        using var scope = NewDisposeScope();
        WeightSet weights = Draw(seed);
        PermutationGroups groups = PermutationGroups.Of(weights.Network);
        Tensor images = RandomNetworks.Images(weights.Network, 3, new RandomStream(seed, "images"));
        foreach (PermutationGroup group in groups.Groups.Where(g => g.Units > 1))
        {
            Permutation rotation = Rotate(groups, group.Index);
            Assert.False(rotation.Apply(weights).BitEquals(weights), group.Name);
            Assert.True(Certificate.Of(rotation, weights, null, images).Holds, group.Name);
        }
    }

    [Fact]
    public void A_permutation_applied_to_one_array_only_changes_the_function()
    {
        int seen = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            using var scope = NewDisposeScope();
            WeightSet weights = Draw(seed);
            Network network = weights.Network;
            Tensor images = RandomNetworks.Images(network, 8, new RandomStream(seed, "images"));
            Tensor before = weights.Logits(images);
            if ((before - before[0]).abs().max().item<float>() == 0)
                continue; // the last hidden layer is dead: its order shows nowhere
            Parameter head = network.Parameters.Single(p => p.Name == "head.weight");
            int group = PermutationGroups.Of(network).AxesOf(head)[1]!.Segments.Single().Group;
            WeightSet moved = Rotate(PermutationGroups.Of(network), group).Apply(weights);
            using WeightSet half = new(weights.Layout, weights.Values.clone(), weights.Statistics.clone());
            half[head].copy_(moved[head]);
            Assert.True(
                ((before - half.Logits(images)).abs().max() / before.abs().max()).item<float>() > 100 * Certificate.Tolerance,
                $"seed {seed}"
            );
            seen++;
        }
        Assert.InRange(seen, 36, 40);
    }

    [Theory]
    [InlineData(2e-9, true, true)]
    [InlineData(double.NaN, true, true)]
    [InlineData(0, false, true)]
    [InlineData(0, true, false)]
    public void Each_clause_of_the_certificate_can_fail_it(double difference, bool restores, bool keeps)
    {
        var certificate = new Certificate(difference, 4, restores, keeps);
        Assert.False(certificate.Holds);
        Assert.Throws<InvalidOperationException>(certificate.MustHold);
        Assert.True(new Certificate(1e-9, 4, true, true).MustHold().Holds);
    }

    [Fact]
    public void A_permutation_of_another_network_is_refused()
    {
        Permutation one = Permutation.Identity(PermutationGroups.Of(Mlp.Build(Shape.Maps(1, 4, 4), 3, 1, 3)));
        WeightSet other = RandomNetworks.Weights(Mlp.Build(Shape.Maps(1, 4, 4), 3, 1, 4), new RandomStream(0, "w"));
        Assert.Throws<InputException>(() => one.Apply(other));
        Assert.Throws<InputException>(() => one.Apply(RandomNetworks.Mask(other, new RandomStream(0, "m"))));
    }

    private static WeightSet Draw(int seed)
    {
        var random = new RandomStream(seed, "group");
        return RandomNetworks.Weights(RandomNetworks.Graph(random), random);
    }

    private static Permutation Rotate(PermutationGroups groups, int group) =>
        new(
            groups,
            [
                .. groups.Groups.Select(g =>
                    (IReadOnlyList<int>)[.. Enumerable.Range(0, g.Units).Select(u => g.Index == group ? (u + 1) % g.Units : u)]
                ),
            ]
        );
}
