using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Matching;

public class WeightMatchingSpecs
{
    public static TheoryData<string> Networks => ["mlp", "resnet", "zeropad", "vgg", "flattened maps"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_planted_permutation_of_a_noisy_copy_is_recovered_from_the_identity(string name)
    {
        using WeightSet a = Initialization.KaimingNormal(MatchedNetworks.Build(name), new RandomStream(1, "A"));
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(a.Network), new RandomStream(2, "planted"));
        using WeightSet b = WeightMatchingOracle.Noisy(planted.Apply(a), 0.05, new RandomStream(3, "noise"));
        Match match = new WeightMatcher(new WeightMatchingOptions()).Match(new MatchingProblem(a, null, b));
        Assert.True(match.Permutation.SameAs(planted));
        Assert.Equal(0, match.Images);
        Assert.All(match.Groups, group => Assert.True(group.MeanMargin > 0 && group.MeanScore > group.IdentityScore));
    }

    [Fact]
    public void A_planted_permutation_is_recovered_from_pruned_weights()
    {
        using WeightSet a = Initialization.KaimingNormal(MatchedNetworks.Build("mlp"), new RandomStream(1, "A"));
        using Mask mask = WeightMatchingOracle.KeepLargest(a, 0.1);
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(a.Network), new RandomStream(2, "planted"));
        using WeightSet b = WeightMatchingOracle.Noisy(planted.Apply(a), 0.05, new RandomStream(3, "noise"));
        Assert.True(new WeightMatcher(new WeightMatchingOptions()).Match(new MatchingProblem(a, mask, b)).Permutation.SameAs(planted));
    }

    [Fact]
    public void Of_two_small_groups_no_change_of_one_group_is_better_by_enumeration()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Network network = Mlp.Build(Shape.Maps(1, 2, 2), 3, depth: 2, width: 4);
            using WeightSet a = RandomNetworks.Weights(network, new RandomStream(seed, "a")),
                b = RandomNetworks.Weights(network, new RandomStream(seed, "b"));
            Match match = new WeightMatcher(new WeightMatchingOptions { Seed = seed }).Match(new MatchingProblem(a, null, b));
            double found = WeightMatchingOracle.Overlap(match.Permutation, a, b),
                best = double.NegativeInfinity;
            Assert.Equal(found, match.Objective[^1], 1e-9);
            foreach (int[] first in WeightMatchingOracle.Orders(4))
            foreach (int[] second in WeightMatchingOracle.Orders(4))
            {
                double other = WeightMatchingOracle.Overlap(new Permutation(match.Permutation.Groups, [first, second]), a, b);
                bool single = first.SequenceEqual(match.Permutation.Sources[0]) || second.SequenceEqual(match.Permutation.Sources[1]);
                if (single)
                    Assert.True(other <= found + 1e-9, $"seed {seed}: {other} > {found}");
                best = Math.Max(best, other);
            }
            Assert.True(found <= best + 1e-9 && found > 0.5 * best);
        }
    }

    [Fact]
    public void On_random_graphs_the_objective_grows_strictly_and_ends_in_a_local_optimum()
    {
        int steps = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new RandomStream(seed, "graph");
            Network network = RandomNetworks.Graph(random);
            PermutationGroups groups = PermutationGroups.Of(network);
            using WeightSet a = RandomNetworks.Weights(network, random),
                b = RandomNetworks.Weights(network, random);
            Match match = new WeightMatcher(
                new WeightMatchingOptions { Arrays = MatchedArrays.Trained | MatchedArrays.Statistics, Seed = seed }
            ).Match(new MatchingProblem(a, null, b));
            for (int i = 1; i < match.Objective.Count; i++)
                Assert.True(match.Objective[i] > match.Objective[i - 1]);
            double found = WeightMatchingOracle.Overlap(match.Permutation, a, b, statistics: true);
            Assert.Equal(found, match.Objective[^1], 1e-9 * Math.Abs(found));
            foreach (PermutationGroup group in groups.Groups.Where(g => WeightMatchingOracle.OccursOnceInEveryArray(groups, g.Index)))
            foreach (Permutation neighbour in WeightMatchingOracle.Swaps(match.Permutation, group.Index))
                Assert.True(WeightMatchingOracle.Overlap(neighbour, a, b, statistics: true) <= found + 1e-9);
            Assert.True(Certificate.Of(match.Permutation, a, null, RandomNetworks.Images(network, 4, random)).Holds);
            steps += match.Objective.Count - 1;
        }
        Assert.True(steps > 80);
    }

    [Fact]
    public void Normalised_arrays_add_at_most_one_each_and_reach_it_for_a_copy()
    {
        using WeightSet a = RandomNetworks.Weights(MatchedNetworks.Build("mlp"), new RandomStream(1, "A"));
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(a.Network), new RandomStream(2, "planted"));
        using WeightSet b = planted.Apply(a);
        Match match = new WeightMatcher(new WeightMatchingOptions { NormalizeArrays = true }).Match(new MatchingProblem(a, null, b));
        Assert.True(match.Permutation.SameAs(planted));
        Assert.Equal(a.Network.Parameters.Count, match.Objective[^1], 1e-6);
    }

    [Fact]
    public void Only_the_chosen_arrays_count()
    {
        using WeightSet a = RandomNetworks.Weights(MatchedNetworks.Build("mlp"), new RandomStream(1, "A"));
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(a.Network), new RandomStream(2, "planted"));
        using WeightSet b = planted.Apply(a),
            other = new(a.Layout, b.Values.clone(), b.Statistics.clone());
        foreach (Parameter p in a.Network.Parameters.Where(p => p.Kind == ParameterKind.Bias))
            a.Layout.Slice(other.Values, p).TimesInPlace(-1e3);
        Assert.True(
            new WeightMatcher(new WeightMatchingOptions { Arrays = MatchedArrays.Weights })
                .Match(new MatchingProblem(a, null, other))
                .Permutation.SameAs(planted)
        );
        Assert.False(new WeightMatcher(new WeightMatchingOptions()).Match(new MatchingProblem(a, null, other)).Permutation.SameAs(planted));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_restarts_are_never_worse()
    {
        using WeightSet a = Initialization.KaimingNormal(MatchedNetworks.Build("resnet"), new RandomStream(1, "A")),
            b = Initialization.KaimingNormal(a.Network, new RandomStream(1, "B"));
        Match once = new WeightMatcher(new WeightMatchingOptions { Seed = 4 }).Match(new MatchingProblem(a, null, b)),
            again = new WeightMatcher(new WeightMatchingOptions { Seed = 4 }).Match(new MatchingProblem(a, null, b));
        Assert.True(once.Permutation.SameAs(again.Permutation));
        Assert.Equal(once.Objective, again.Objective);
        Match more = new WeightMatcher(new WeightMatchingOptions { Seed = 4, Restarts = 4 }).Match(new MatchingProblem(a, null, b));
        Assert.True(more.Objective[^1] >= once.Objective[^1]);
        Assert.Contains(
            Enumerable.Range(0, 5),
            seed =>
                !new WeightMatcher(new WeightMatchingOptions { Seed = seed })
                    .Match(new MatchingProblem(a, null, b))
                    .Permutation.SameAs(once.Permutation)
        );
    }

    [Fact]
    public void A_start_is_improved_upon_or_kept()
    {
        using WeightSet a = Initialization.KaimingNormal(MatchedNetworks.Build("mlp"), new RandomStream(1, "A"));
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(a.Network), new RandomStream(2, "planted"));
        using WeightSet b = planted.Apply(a);
        Match match = new WeightMatcher(new WeightMatchingOptions()).Match(new MatchingProblem(a, null, b) { Start = planted });
        Assert.Single(match.Objective);
        Assert.True(match.Permutation.SameAs(planted));
        Assert.Equal(WeightMatchingOracle.Overlap(planted, a, b), match.Objective[0], 1e-6);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_a_sentence()
    {
        using WeightSet a = Initialization.KaimingNormal(MatchedNetworks.Build("mlp"), new RandomStream(1, "A")),
            other = Initialization.KaimingNormal(MatchedNetworks.Build("resnet"), new RandomStream(1, "A"));
        Assert.Contains(
            "second network",
            Assert.Throws<InputException>(() => new WeightMatcher(new()).Match(new MatchingProblem(a, null, other))).Message
        );
        Assert.Contains(
            "start from",
            Assert
                .Throws<InputException>(() =>
                    new WeightMatcher(new()).Match(
                        new MatchingProblem(a, null, a) { Start = Permutation.Identity(PermutationGroups.Of(other.Network)) }
                    )
                )
                .Message
        );
        using WeightSet broken = new(a.Layout, a.Values.Times(double.NaN), a.Statistics.clone());
        Assert.Contains(
            "not finite",
            Assert.Throws<InputException>(() => new WeightMatcher(new()).Match(new MatchingProblem(a, null, broken))).Message
        );
        foreach (
            WeightMatchingOptions options in new WeightMatchingOptions[]
            {
                new() { MaxSweeps = 0 },
                new() { Restarts = 0 },
                new() { Arrays = 0 },
            }
        )
            Assert.Throws<InputException>(() => new WeightMatcher(options).Match(new MatchingProblem(a, null, a)));
    }
}
