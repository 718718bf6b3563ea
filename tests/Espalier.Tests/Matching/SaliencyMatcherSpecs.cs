using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Matching;

/// <summary>Matching by what B would keep.</summary>
public class SaliencyMatcherSpecs
{
    private static readonly SaliencyMatchingOptions Options = new() { Images = 128 };

    [Fact]
    public void The_objective_is_the_saliency_that_the_moved_mask_keeps()
    {
        using var scope = NewDisposeScope();
        using var pair = new TrainedPair(TrainedPair.Mlp);
        Mask mask = MaskOf(pair.A, 0.7);
        Match match = new SaliencyMatcher(Options).Match(new MatchingProblem(pair.A, mask, pair.B, pair.Data.Matching));
        Tensor scores = Scores(pair);
        Assert.Equal(Kept(scores, mask), match.Objective[0], 1e-6);
        Assert.Equal(Kept(scores, match.Permutation.Apply(mask)), match.Objective[^1], 1e-6);
        Assert.True(match.Objective[^1] > 1.2 * match.Objective[0]);
        Assert.True(
            new SaliencyMatcher(Options)
                .Match(new MatchingProblem(pair.A, mask, pair.B, pair.Data.Matching))
                .Permutation.SameAs(match.Permutation)
        );
    }

    [Fact]
    public void A_mask_of_the_most_salient_weights_is_found_again()
    {
        using var scope = NewDisposeScope();
        using var pair = new TrainedPair(TrainedPair.Mlp);
        using Mask all = Mask.Dense(pair.B.Layout, [.. pair.B.Network.Parameters.Where(p => p.IsWeight)]);
        Mask salient = GlobalScores.Keep(Scores(pair), all, all.PrunableCount / 10);
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(pair.B.Network), new RandomStream(3, "planted"));
        // No permutation keeps more than the most salient weights themselves; near their place the ascent ends there.
        Match match = new SaliencyMatcher(Options).Match(
            new MatchingProblem(planted.Apply(pair.B), planted.Apply(salient), pair.B, pair.Data.Matching) { Start = planted.Inverse() }
        );
        Assert.True(match.Permutation.Apply(planted.Apply(salient)).BitEquals(salient));
        Assert.Single(match.Objective);
    }

    [Fact]
    public void Networks_that_keep_everything_and_impossible_options_are_refused()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp);
        Assert.Contains(
            "keeps all of its weights",
            Assert
                .Throws<InputException>(() =>
                    new SaliencyMatcher(Options).Match(new MatchingProblem(pair.A, null, pair.B, pair.Data.Matching))
                )
                .Message
        );
        Assert.Throws<InputException>(() => new SaliencyMatcher(Options with { Images = 0 }));
    }

    private static Tensor Scores(TrainedPair pair)
    {
        using Mask all = Mask.Dense(pair.B.Layout, [.. pair.B.Network.Parameters.Where(p => p.IsWeight)]);
        return Snip.Scores(pair.B, all, pair.Data.Matching, new RandomStream(0, "matching.saliency"), 1, 128);
    }

    private static double Kept(Tensor scores, Mask mask) =>
        mask.Prunable.Sum(p =>
            mask.Layout.Slice(scores, p)
                .to(ScalarType.Float64)
                .masked_fill(mask.Layout.Slice(mask.Pruned, p), Held.Zero)
                .sum()
                .item<double>()
        );

    private static Mask MaskOf(WeightSet weights, double sparsity)
    {
        using Mask all = Mask.Dense(weights.Layout, [.. weights.Network.Parameters.Where(p => p.IsWeight)]);
        return GlobalScores.Keep(weights.Values.abs(), all, (long)((1 - sparsity) * all.PrunableCount));
    }
}
