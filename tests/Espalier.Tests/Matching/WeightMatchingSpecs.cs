using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
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
        using WeightSet a = Initialization.KaimingNormal(Build(name), new RandomStream(1, "A"));
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
        using WeightSet a = Initialization.KaimingNormal(Build("mlp"), new RandomStream(1, "A"));
        using Mask mask = WeightMatchingOracle.KeepLargest(a, 0.1);
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(a.Network), new RandomStream(2, "planted"));
        using WeightSet b = WeightMatchingOracle.Noisy(planted.Apply(a), 0.05, new RandomStream(3, "noise"));
        Assert.True(new WeightMatcher(new WeightMatchingOptions()).Match(new MatchingProblem(a, mask, b)).Permutation.SameAs(planted));
    }

    /// <summary>Agreeing weights less those that do not, over what the mask keeps of the arrays it prunes, is what is ascended.</summary>
    [Fact]
    public void By_signs_the_objective_is_what_agrees_of_the_kept_weights_less_what_does_not()
    {
        foreach (string name in new[] { "mlp", "resnet", "zeropad" })
        {
            Network network = Build(name);
            using WeightSet a = RandomNetworks.Weights(network, new RandomStream(1, "A")),
                b = RandomNetworks.Weights(network, new RandomStream(2, "B"));
            IReadOnlyList<Parameter> prunable = PrunableSet.NoShortcuts.Of(network);
            using Mask random = RandomNetworks.Mask(a, new RandomStream(3, "mask"));
            using Tensor pruned = random.Pruned.clone();
            foreach (Parameter other in network.Parameters.Where(p => p.IsWeight && !prunable.Contains(p)))
                a.Layout.Slice(pruned, other).zero_();
            using var mask = new Mask(a.Layout, prunable, pruned.clone());
            var problem = new MatchingProblem(a, mask, b);
            Match match = new WeightMatcher(new() { Criterion = WeightCriterion.Signs }).Match(problem).WithSigns(problem);
            Assert.Equal(Net(match.IdentitySigns!), match.Objective[0], 1e-6);
            Assert.Equal(Net(match.Signs!), match.Objective[^1], 1e-6);
            Assert.True(match.Signs!.Share > match.IdentitySigns!.Share);
            Assert.Equal(mask.KeptCount, match.Signs.Compared);

            // What the values are counts for nothing, but for their signs.
            using WeightSet signsOfA = new(a.Layout, a.Values.sign(), a.Statistics.clone()),
                signsOfB = new(b.Layout, b.Values.sign(), b.Statistics.clone());
            Match ofSigns = new WeightMatcher(new() { Criterion = WeightCriterion.Signs }).Match(new(signsOfA, mask, signsOfB));
            Assert.True(ofSigns.Permutation.SameAs(match.Permutation));
        }

        static double Net(SignAgreement signs) => signs.Layers.Sum(layer => 2.0 * layer.Agreeing - layer.Compared);
    }

    [Fact]
    public void By_signs_a_planted_permutation_is_found_whatever_the_magnitudes()
    {
        using WeightSet a = Initialization.KaimingNormal(Build("mlp"), new RandomStream(1, "A"));
        using Mask mask = WeightMatchingOracle.KeepLargest(a, 0.5);
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(a.Network), new RandomStream(2, "planted"));
        using WeightSet other = Initialization.KaimingNormal(a.Network, new RandomStream(3, "B")),
            moved = planted.Apply(a);
        using Mask dense = Mask.Dense(a.Layout, PrunableSet.AllWeights.Of(a.Network));
        using WeightSet b = SignedStart.Of(other, moved, dense, new() { Kind = TicketStart.Signed }, new RandomStream(4, "none"));
        var problem = new MatchingProblem(a, mask, b);
        Match match = new WeightMatcher(new() { Criterion = WeightCriterion.Signs }).Match(problem).WithSigns(problem);
        Assert.True(match.Permutation.SameAs(planted));
        Assert.Equal(1, match.Signs!.Share);
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

    [Theory]
    [InlineData(WeightCriterion.Signed)]
    [InlineData(WeightCriterion.Magnitude)]
    [InlineData(WeightCriterion.Kept)]
    [InlineData(WeightCriterion.KeptSign)]
    public void Each_criterion_ascends_the_sum_it_names(WeightCriterion criterion)
    {
        using WeightSet a = Initialization.KaimingNormal(Build("flattened maps"), new RandomStream(1, "A")),
            b = Initialization.KaimingNormal(a.Network, new RandomStream(1, "B"));
        using Mask mask = WeightMatchingOracle.KeepLargest(a, 0.3);
        using WeightSet sparse = a.Masked(mask);
        Match match = new WeightMatcher(new WeightMatchingOptions { Criterion = criterion }).Match(new MatchingProblem(sparse, null, b));
        using WeightSet moved = match.Permutation.Apply(sparse);
        double expected = moved
            .Values.data<float>()
            .ToArray()
            .Zip(
                b.Values.data<float>().ToArray(),
                (x, y) =>
                    criterion switch
                    {
                        WeightCriterion.Magnitude => Math.Abs((double)x * y),
                        WeightCriterion.Kept => x != 0 ? Math.Abs(y) : 0,
                        WeightCriterion.KeptSign => (double)y * Math.Sign(x),
                        _ => (double)x * y,
                    }
            )
            .Sum();
        Assert.Equal(expected, match.Objective[^1], 1e-7 * Math.Abs(expected));
        Assert.True(match.Objective[^1] > match.Objective[0]);
    }

    [Fact]
    public void Normalised_arrays_add_at_most_one_each_and_reach_it_for_a_copy()
    {
        using WeightSet a = RandomNetworks.Weights(Build("mlp"), new RandomStream(1, "A"));
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(a.Network), new RandomStream(2, "planted"));
        using WeightSet b = planted.Apply(a);
        Match match = new WeightMatcher(new WeightMatchingOptions { NormalizeArrays = true }).Match(new MatchingProblem(a, null, b));
        Assert.True(match.Permutation.SameAs(planted));
        Assert.Equal(a.Network.Parameters.Count, match.Objective[^1], 1e-6);
    }

    [Fact]
    public void Only_the_chosen_arrays_count()
    {
        using WeightSet a = RandomNetworks.Weights(Build("mlp"), new RandomStream(1, "A"));
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
        using WeightSet a = Initialization.KaimingNormal(Build("resnet"), new RandomStream(1, "A")),
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
        using WeightSet a = Initialization.KaimingNormal(Build("mlp"), new RandomStream(1, "A"));
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
        using WeightSet a = Initialization.KaimingNormal(Build("mlp"), new RandomStream(1, "A")),
            other = Initialization.KaimingNormal(Build("resnet"), new RandomStream(1, "A"));
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

    private static Network Build(string name)
    {
        switch (name)
        {
            case "mlp":
                return Mlp.Build(Shape.Maps(1, 8, 8), 10, depth: 3, width: 32);
            case "resnet":
                return ResNet20.Build(Shape.Maps(3, 8, 8), 10, blocks: 2);
            case "zeropad":
                return ResNet20.Build(Shape.Maps(3, 8, 8), 10, shortcut: ShortcutKind.ZeroPad, blocks: 1);
            case "vgg":
                return Vgg11.Build(Shape.Maps(3, 32, 32), 10);
            default:
                var b = new NetworkBuilder("flattened maps", 1, 6, 6);
                b.Chain(
                    0,
                    ("conv", new Conv(8, 3, 1, 1, Bias: true)),
                    ("relu", new Relu()),
                    ("pool", new MaxPool(2, 2)),
                    ("flatten", new Flatten()),
                    ("fc1", new Linear(16)),
                    ("relu2", new Relu()),
                    ("fc2", new Linear(4))
                );
                return b.Build();
        }
    }
}
