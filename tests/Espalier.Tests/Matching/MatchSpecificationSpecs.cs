using Espalier.Data;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Matching;

/// <summary>How π is found, as one text and one record, and what it costs.</summary>
public class MatchSpecificationSpecs
{
    /// <summary>784 × 10 + 10 × 10 + 10 × 10 weights.</summary>
    private static readonly Network TwoLayers = Mlp.Build(Shape.Maps(1, 28, 28), 10, depth: 2, width: 10);

    public static TheoryData<string> Ways => [.. MatchWays.All.Select(way => way.Name)];

    [Theory]
    [InlineData("by=weights criterion=kept restarts=3", "by=weights restarts=3 criterion=kept")]
    [InlineData("by=weights start=activations normalize=true", "normalize=true by=weights start=activations")]
    [InlineData("by=combined lambda=0.5", "lambda=0.5 criterion=signed by=combined")]
    [InlineData("by=activations", "by=activations start=identity lambda=1")]
    public void A_text_says_what_differs_from_the_paper_in_one_order(string written, string given) =>
        Assert.Equal(written, MatchSpecification.Parse(given).ToString());

    [Theory]
    [InlineData("by=weights against=rewind", "There is no option of a match 'against'")]
    [InlineData("start=activations", "does not say by what; expected by=activations, by=weights, by=combined, by=iterated")]
    [InlineData("by=saliency criterion=kept", "means nothing by saliency; expected it by weights or combined only.")]
    [InlineData("by=iterated start=activations", "expected it by weights or straight-through or saliency only.")]
    public void Which_networks_are_compared_is_no_part_of_how(string text, string about) =>
        Assert.Contains(about, Assert.Throws<InputException>(() => MatchSpecification.Parse(text)).Message);

    [Fact]
    public void An_ascent_from_activations_begins_where_they_are_matched()
    {
        using BatchSource images = Images();
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 10);
        using WeightSet a = Initialization.KaimingNormal(network, new RandomStream(1, "A")),
            b = Initialization.KaimingNormal(network, new RandomStream(1, "B"));
        var problem = new MatchingProblem(a, null, b, images);
        MatchSpecification how = MatchSpecification.Parse("by=weights start=activations");
        Permutation start = MatchSpecification.Parse("by=activations").Find(problem).Permutation;
        Match byHand = new WeightMatcher(new()).Match(problem with { Start = start }),
            fromIdentity = MatchSpecification.Parse("by=weights").Find(problem);
        Assert.Equal(byHand.Objective, how.Find(problem).Objective);
        Assert.NotEqual(byHand.Objective[0], fromIdentity.Objective[0]);
        // A start that is given is begun at.
        Assert.Equal(
            fromIdentity.Objective,
            how.Find(problem with { Start = Permutation.Identity(PermutationGroups.Of(network)) }).Objective
        );
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_way_costs_something_and_more_of_it_more(string way)
    {
        double Cost(MatchSpecification how, int images = 1000) => how.Matcher().Operations(TwoLayers, images);
        MatchSpecification usual = MatchSpecification.Parse($"by={way}"),
            fewImages = usual with { Activations = new() { Images = 100 } },
            restarts = usual with { Restarts = 3 };
        Assert.True(Cost(usual) > 0);
        Assert.Equal(usual.By.ComparesActivations, Cost(fewImages) < Cost(usual));
        Assert.Equal(usual.By.Reads.Contains("restarts"), Cost(restarts) > Cost(usual));
        Assert.Equal(usual.Matcher().NeedsImages, Cost(usual, 10) < Cost(usual));
    }

    [Fact]
    public void Costs_are_those_of_the_products()
    {
        // Two passes over 100 images; a layer's weights against those of the other network once for each unit of A, and the assignments.
        Assert.Equal(2 * 2.0 * (7840 + 100 + 100) * 100, new ActivationMatcher(new() { Images = 100 }).Operations(TwoLayers, 1000));
        double arrays = (7840 + 10) + 2 * 100 + 10 + 100,
            sweep = 2 * 10 * arrays + 2 * 1000;
        Assert.Equal(7 * 3 * sweep, new WeightMatcher(new() { MaxSweeps = 7, Restarts = 3 }).Operations(TwoLayers, 1000));
        Assert.Equal(
            6 * (2 * 2.0 * 8040 * 100 + 2.0 * 8040 * (3 * 50 + 1000)),
            new IteratedMatcher(
                new()
                {
                    Activations = new() { Images = 100 },
                    StatisticsImages = 50,
                }
            ).Operations(TwoLayers, 1000)
        );
        Assert.Equal(
            5 * (6.0 * 8040 * 32 + sweep + 2.0 * 8040 * 64),
            new StraightThroughMatcher(
                new()
                {
                    Steps = 5,
                    BatchSize = 32,
                    EvaluationImages = 64,
                }
            ).Operations(TwoLayers, 1000)
        );
    }

    private static BatchSource Images()
    {
        DataSet set = TinyImages.Make();
        return new BatchSource(set.Train, set.Normalization, Augmentation.None, TorchSharp.torch.CPU, TorchSharp.torch.ScalarType.Float32);
    }
}
