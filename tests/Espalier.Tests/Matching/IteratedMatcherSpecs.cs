using Espalier.Connectivity;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Matching;

public class IteratedMatcherSpecs
{
    private static readonly IteratedMatchingOptions Options = new()
    {
        Activations = new MatchingOptions { Images = 128 },
        StatisticsImages = 64,
    };

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    public void The_middle_is_no_worse_than_after_one_match(string network)
    {
        using var pair = new TrainedPair(TrainedPair.Named(network));
        var problem = new MatchingProblem(pair.A, null, pair.B, pair.Data.Matching);
        Match plain = new ActivationMatcher(Options.Activations).Match(problem),
            iterated = new IteratedMatcher(Options).Match(problem);
        double before = Middle(pair, plain.Permutation),
            after = Middle(pair, iterated.Permutation);
        Assert.True(after <= before, $"{after} > {before}");
        Assert.Equal(-before, iterated.Objective[0], 1e-5);
        Assert.Equal(-after, iterated.Objective[^1], 1e-5);
        Assert.True(new IteratedMatcher(Options).Match(problem).Permutation.SameAs(iterated.Permutation));
    }

    [Fact]
    public void A_planted_permutation_is_recovered_but_for_dead_units()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp);
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(pair.B.Network), new RandomStream(3, "planted"));
        using WeightSet a = planted.Apply(pair.B);
        Match match = new IteratedMatcher(Options).Match(new MatchingProblem(a, null, pair.B, pair.Data.Matching));
        // Units that never fire may come to lie anywhere: what counts is that the middle is B.
        Assert.Equal(Evaluation.Of(pair.B, pair.Data.Matching).Loss, -match.Objective[^1], 1e-4);
    }

    [Fact]
    public void Impossible_options_and_missing_images_are_refused()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp, 1);
        Assert.Contains("0 rounds", Assert.Throws<InputException>(() => new IteratedMatcher(Options with { Rounds = 0 })).Message);
        Assert.Contains(
            "expected images",
            Assert.Throws<InputException>(() => new IteratedMatcher(Options).Match(new MatchingProblem(pair.A, null, pair.B))).Message
        );
    }

    private static double Middle(TrainedPair pair, Permutation permutation)
    {
        using WeightSet moved = permutation.Apply(pair.A);
        using var statistics = new StatisticsImages(pair.Data.Matching, 64);
        var repair = new InterpolationOptions { Correction = Correction.Repair };
        using WeightSet middle = new Interpolation(moved, pair.B, repair, statistics).At(0.5);
        return Evaluation.Of(middle, pair.Data.Matching).Loss;
    }
}
