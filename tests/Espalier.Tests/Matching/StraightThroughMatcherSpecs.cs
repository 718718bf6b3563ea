using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Matching;

public class StraightThroughMatcherSpecs
{
    private static readonly StraightThroughOptions Options = new()
    {
        Steps = 40,
        BatchSize = 32,
        EvaluationImages = 128,
        StepLength = 0.3,
    };

    [Fact]
    public void A_permutation_that_is_partly_wrong_is_improved()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp, epochs: 6);
        // A is B with its units in another order; the start undoes that but for a few pairs of units of the first layer.
        PermutationGroups groups = PermutationGroups.Of(pair.B.Network);
        Permutation planted = Permutation.Uniform(groups, new RandomStream(5, "planted")),
            right = planted.Inverse();
        using WeightSet a = planted.Apply(pair.B);
        int[][] sources = [.. right.Sources.Select(source => source.ToArray())];
        for (int i = 0; i < 12; i += 2)
            (sources[0][i], sources[0][i + 1]) = (sources[0][i + 1], sources[0][i]);
        var start = new Permutation(groups, sources);
        var problem = new MatchingProblem(a, null, pair.B, pair.Data.Matching) { Start = start };
        Match match = new StraightThroughMatcher(Options).Match(problem);
        double best = new StraightThroughMatcher(Options with { Steps = 1 }).Match(problem with { Start = right }).Objective[0];
        Assert.True(
            match.Objective[^1] > match.Objective[0] + 0.5 * (best - match.Objective[0]),
            $"{match.Objective[0]} to {match.Objective[^1]} of {best}"
        );
        Assert.Equal(match.Objective, match.Objective.Order());
        Match again = new StraightThroughMatcher(Options).Match(problem);
        Assert.True(again.Permutation.SameAs(match.Permutation));
        Assert.Equal(match.Objective, again.Objective);
    }

    [Theory]
    [InlineData("resnet")]
    [InlineData("mixed")]
    public void It_is_never_worse_than_its_start_and_changes_no_function(string network)
    {
        using var pair = new TrainedPair(TrainedPair.Named(network));
        Match match = new StraightThroughMatcher(Options with { Steps = 6 }).Match(
            new MatchingProblem(pair.A, null, pair.B, pair.Data.Matching)
        );
        Assert.True(match.Objective[^1] >= match.Objective[0]);
        using WeightSet moved = match.Permutation.Apply(pair.A);
        Assert.All(
            pair.Logits(pair.A).Zip(pair.Logits(moved)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-3f * (1 + Math.Abs(pair.First)))
        );
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        foreach (
            StraightThroughOptions bad in new[]
            {
                Options with
                {
                    Steps = 0,
                },
                Options with
                {
                    BatchSize = 0,
                },
                Options with
                {
                    EvaluationImages = 0,
                },
                Options with
                {
                    StepLength = 0,
                },
                Options with
                {
                    StepLength = double.NaN,
                },
            }
        )
            Assert.Throws<InputException>(() => new StraightThroughMatcher(bad));
    }
}
