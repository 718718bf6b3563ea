using Espalier.Data;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Matching;

public class CombinedMatchingSpecs
{
    private static readonly Network Network = Residual();

    private static readonly MatchingOptions Activations = new() { Images = 128, Taps = TapChoice.Sum };

    [Fact]
    public void Every_matcher_recovers_a_planted_permutation_through_the_one_interface()
    {
        using BatchSource images = Images();
        using WeightSet a = Initialization.KaimingNormal(Network, new RandomStream(1, "A"));
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(Network), new RandomStream(2, "planted"));
        using WeightSet b = planted.Apply(a);
        var problem = new MatchingProblem(a, null, b, images);
        foreach (
            IMatcher matcher in new IMatcher[]
            {
                new ActivationMatcher(Activations),
                new WeightMatcher(new()),
                new CombinedMatcher(new() { Activations = Activations }),
            }
        )
        {
            Match match = matcher.Match(problem);
            Assert.True(match.Permutation.SameAs(planted), matcher.GetType().Name);
            Assert.Equal(matcher.NeedsImages ? 128 : 0, match.Images);
        }
    }

    [Fact]
    public void With_lambda_0_it_is_activation_matching_and_with_a_huge_one_weight_matching()
    {
        using BatchSource images = Images();
        using WeightSet a = Initialization.KaimingNormal(Network, new RandomStream(1, "A")),
            b = Initialization.KaimingNormal(Network, new RandomStream(1, "B"));
        Match byActivations = new ActivationMatcher(Activations).Match(new MatchingProblem(a, null, b, images));
        Match none = new CombinedMatcher(new CombinedMatchingOptions { Activations = Activations, Lambda = 0 }).Match(
            new MatchingProblem(a, null, b, images)
        );
        Assert.True(none.Permutation.SameAs(byActivations.Permutation));

        var weights = new WeightMatchingOptions { NormalizeArrays = true, Seed = 3 };
        Match byWeights = new WeightMatcher(weights).Match(new MatchingProblem(a, null, b));
        Match huge = new CombinedMatcher(
            new CombinedMatchingOptions
            {
                Activations = Activations,
                Weights = weights,
                Lambda = 1e8,
            }
        ).Match(new MatchingProblem(a, null, b, images) { Start = Permutation.Identity(byWeights.Permutation.Groups) });
        Assert.True(huge.Permutation.SameAs(byWeights.Permutation));
        Assert.False(byWeights.Permutation.SameAs(byActivations.Permutation));
    }

    [Fact]
    public void Both_parts_together_end_above_either_alone_in_the_sum_of_both()
    {
        using BatchSource images = Images();
        using WeightSet a = Initialization.KaimingNormal(Network, new RandomStream(1, "A")),
            b = Initialization.KaimingNormal(Network, new RandomStream(1, "B"));
        var options = new CombinedMatchingOptions { Activations = Activations };
        double Total(Permutation start) =>
            new CombinedMatcher(options).Match(new MatchingProblem(a, null, b, images) { Start = start }).Objective[0];
        Match both = new CombinedMatcher(options).Match(new MatchingProblem(a, null, b, images));
        for (int i = 1; i < both.Objective.Count; i++)
            Assert.True(both.Objective[i] > both.Objective[i - 1]);
        Assert.Equal(Total(both.Permutation), both.Objective[^1], 1e-9);
        Assert.True(
            both.Objective[^1] > Total(new ActivationMatcher(Activations).Match(new MatchingProblem(a, null, b, images)).Permutation)
        );
        Assert.True(both.Objective[^1] > Total(new WeightMatcher(options.Weights).Match(new MatchingProblem(a, null, b)).Permutation));
    }

    [Fact]
    public void Missing_images_and_impossible_weights_are_refused()
    {
        using WeightSet a = Initialization.KaimingNormal(Network, new RandomStream(1, "A"));
        Assert.Contains(
            "images",
            Assert.Throws<InputException>(() => new ActivationMatcher(Activations).Match(new MatchingProblem(a, null, a))).Message
        );
        Assert.Contains("λ", Assert.Throws<InputException>(() => new CombinedMatchingOptions { Lambda = -1 }.Validated()).Message);
    }

    /// <summary>With Gaussian units, of which none is dead before training.</summary>
    private static Network Residual()
    {
        var b = new NetworkBuilder("gelu", 3, 8, 8);
        int x = b.Chain(0, ("conv1", new Conv(12, 3, 1, 1, Bias: true)), ("gelu1", new Gelu()));
        int r = b.Chain(
            x,
            ("conv2", new Conv(10, 3, 1, 1, Bias: true)),
            ("gelu2", new Gelu()),
            ("conv3", new Conv(12, 3, 1, 1, Bias: true))
        );
        b.Chain(
            b.Then("add", new Add(), r, x),
            ("gelu3", new Gelu()),
            ("pool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("head", new Linear(4))
        );
        return b.Build();
    }

    private static BatchSource Images()
    {
        DataSet set = TinyImages.Make();
        return new BatchSource(set.Train, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
    }
}
