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

/// <summary>What is multiplied where two weights meet, by each criterion.</summary>
public class WeightCriterionSpecs
{
    [Theory]
    [InlineData(WeightCriterion.Signed)]
    [InlineData(WeightCriterion.Magnitude)]
    [InlineData(WeightCriterion.Kept)]
    [InlineData(WeightCriterion.KeptSign)]
    public void Each_criterion_ascends_the_sum_it_names(WeightCriterion criterion)
    {
        using WeightSet a = Initialization.KaimingNormal(MatchedNetworks.Build("flattened maps"), new RandomStream(1, "A")),
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

    /// <summary>Agreeing weights less those that do not, over what the mask keeps of the arrays it prunes, is what is ascended.</summary>
    [Fact]
    public void By_signs_the_objective_is_what_agrees_of_the_kept_weights_less_what_does_not()
    {
        foreach (string name in new[] { "mlp", "resnet", "zeropad" })
        {
            Network network = MatchedNetworks.Build(name);
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
        using WeightSet a = Initialization.KaimingNormal(MatchedNetworks.Build("mlp"), new RandomStream(1, "A"));
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
}
