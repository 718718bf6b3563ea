using CsCheck;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Matching;
using Espalier.Pruning;
using Espalier.Weights;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>Other ways to find π as methods of a grid.</summary>
public sealed class MatchVariantSpecs : IDisposable
{
    private static readonly Grid Tiny = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.5],
        RewindEpochs = [1],
        Methods = [],
        Evaluate = EvaluatedNetworks.None,
        Options = new Recipe().With(
            training: t => t with { Epochs = 3, BatchSize = 32, Precision = Precision.Float32 },
            pruning: p => p with { RoundFraction = 0.4 },
            fineTuning: t => t with { Epochs = 1 },
            matching: m => m with { Images = 100 }
        ) with
        {
            TrainImages = 200,
        },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        Gen<MatchVariant> variants = Gen.Select(
                Gen.Int[0, MatchWays.All.Count - 1].Select(i => MatchWays.All[i]),
                Gen.Enum<MatchedAgainst>(),
                Gen.Enum<MatchedOf>(),
                Gen.Enum<WeightCriterion>(),
                Gen.Bool,
                Gen.Int[1, 9],
                Gen.Double[0, 10],
                Gen.Enum<TicketStart>()
            )
            .Select(
                (by, against, of, criterion, some, restarts, lambda, ticket) =>
                {
                    var how = new MatchSpecification { By = by };
                    if (by.Reads.Contains("start") && some)
                        how = how with { Start = MatchStart.Activations };
                    if (by.Reads.Contains("normalize"))
                        how = how with { Normalize = !some };
                    if (by.Reads.Contains("lambda"))
                        how = how with { Lambda = lambda };
                    if (by.Reads.Contains("restarts"))
                        how = how with { Criterion = criterion, Restarts = restarts };
                    return new MatchVariant
                    {
                        How = how,
                        Against = against,
                        Of = of,
                        TicketStart = ticket,
                    };
                }
            );
        variants.Sample(variant => Assert.Equal(variant, MatchVariant.Parse(variant.ToString())));
        Assert.Equal(
            "by=weights against=rewind of=pruned",
            MatchVariant.Parse("of=pruned   against=rewind by=weights start=identity").ToString()
        );
        Assert.Equal("by=weights signed=true", MatchVariant.Parse("ticket=signed by=weights").ToString());
        Assert.Equal("by=weights", MatchVariant.Parse("by=weights signed=false ticket=own").ToString());
        Assert.Equal("by=weights ticket=copied", MatchVariant.Parse("ticket=copied by=weights signed=false").ToString());
        Grid grid = GridFile.Parse("""{ "match_variants": ["by=combined lambda=0.5"] }""", "grid");
        Assert.Equal(0.5, Assert.Single(grid.MatchVariants).How.Lambda);
    }

    [Theory]
    [InlineData("", "by=activations")]
    [InlineData("against=rewind", "does not say by what")]
    [InlineData("by=luck", "by")]
    [InlineData("by=weight", "weights")]
    [InlineData("bye=weights", "by")]
    [InlineData("by", "no value")]
    [InlineData("by=weights by=weights", "by twice")]
    [InlineData("by=weights criterion=kep", "kept")]
    [InlineData("by=weights normalize=yes", "true or false")]
    [InlineData("by=weights restarts=0", "restarts=0")]
    [InlineData("by=weights restarts=-1", "restarts=-1")]
    [InlineData("by=combined lambda=-1", "lambda=-1")]
    [InlineData("by=combined lambda=nan", "lambda=nan")]
    [InlineData("by=activations criterion=kept", "means nothing by activations")]
    [InlineData("by=activations restarts=2", "means nothing by activations")]
    [InlineData("by=combined start=activations", "means nothing by combined")]
    [InlineData("by=combined normalize=true", "means nothing by combined")]
    [InlineData("by=weights lambda=2", "means nothing by weights")]
    [InlineData("by=iterated restarts=2", "means nothing by iterated")]
    [InlineData("by=straight-through criterion=kept", "means nothing by straight-through")]
    [InlineData("by=weights signed=yes", "true or false")]
    [InlineData("by=weights ticket=sign", "signed")]
    [InlineData("by=weights signed=true ticket=copied", "ticket=signed and ticket=copied")]
    [InlineData("by=activations criterion=signs", "means nothing by activations")]
    public void Nonsense_is_refused_with_a_sentence(string text, string about)
    {
        Assert.Contains(about, Assert.Throws<InputException>(() => MatchVariant.Parse(text)).Message);
        Assert.Contains(
            about,
            Assert.Throws<InputException>(() => GridFile.Parse($$"""{ "match_variants": ["{{text}}"] }""", "my grid")).Message
        );
    }

    [Fact]
    public void The_named_methods_are_variants_and_share_their_stages()
    {
        (Method Method, string Variant)[] same =
        [
            (Methods.Permuted, "by=activations"),
            (Methods.WeightMatched, "by=weights against=rewind of=pruned"),
            (Methods.SignedPermuted, "by=activations signed=true"),
        ];
        foreach ((Method method, string variant) in same)
        {
            HashSet<string> Ids(Grid grid) => [.. Planner.Of(grid).Stages.Select(stage => stage.Id)];
            Assert.Equal(Ids(Tiny with { Methods = [method] }), Ids(Tiny with { MatchVariants = [MatchVariant.Parse(variant)] }));
        }
    }

    [Fact]
    public void Saliency_of_a_dense_a_is_refused_when_it_is_planned() =>
        Assert.Contains(
            "of=pruned",
            Assert
                .Throws<InputException>(() => Planner.Of(Tiny with { MatchVariants = [MatchVariant.Parse("by=saliency against=rewind")] }))
                .Message
        );

    [Fact]
    public void Another_start_shares_the_match_and_changes_what_is_trained()
    {
        string[] starts = ["", " signed=true", " ticket=magnitudes", " ticket=random-signs", " ticket=copied"];
        Plan plan = Planner.Of(
            Tiny with
            {
                MatchVariants = [.. starts.Select(start => MatchVariant.Parse($"by=weights of=pruned{start}"))],
            }
        );
        Assert.Single(plan.Stages.OfType<MatchStage>());
        Assert.Equal(starts.Length, plan.Stages.OfType<SparseStage>().Count());
    }

    [Theory]
    [InlineData("by=weights against=rewind of=pruned", 1)]
    [InlineData("by=activations against=rewind", 1)]
    [InlineData("by=combined against=init", 1)]
    [InlineData("by=weights against=trained", 3)]
    public void B_is_trained_no_further_than_its_match_and_its_start_need(string variant, int epochs)
    {
        Plan plan = Planner.Of(Tiny with { MatchVariants = [MatchVariant.Parse(variant)] });
        Assert.Equal(epochs, plan.Stages.OfType<DenseStage>().Single(stage => stage.Title.StartsWith('B')).Epochs);
    }

    [Fact]
    public async Task Every_way_moves_the_mask_by_a_permutation_of_its_own()
    {
        string[] texts =
        [
            "by=activations",
            "by=activations against=init of=pruned",
            "by=weights",
            "by=weights against=rewind of=pruned start=activations",
            "by=weights against=init of=pruned criterion=kept restarts=3",
            "by=weights of=pruned criterion=magnitude normalize=true",
            "by=saliency against=rewind of=pruned start=activations",
            "by=combined against=rewind of=pruned lambda=2",
            "by=weights against=rewind of=pruned criterion=signs",
            "by=combined against=init of=pruned criterion=signs",
            "by=iterated",
            "by=straight-through start=activations",
        ];
        Grid grid = Tiny with { Methods = [Methods.Naive], MatchVariants = [.. texts.Select(MatchVariant.Parse)] };
        Plan plan = Planner.Of(grid);
        ArtefactStore store = await InProcess.DoneAsync(plan, _folder["store"]);
        Mask[] masks =
        [
            .. plan
                .Cells.Where(cell => cell.RewindEpoch is not null)
                .Select(cell => MaskFile.Read(store.FileOf(cell.Stage, PruneStage.MaskName), ((INetworkStage)cell.Stage).Model.Network)),
        ];
        Assert.Equal(texts.Length + 1, masks.Length);
        for (int i = 0; i < masks.Length; i++)
        {
            Assert.All(masks[0].Prunable, p => Assert.Equal(masks[0].Kept(p), masks[i].Kept(p)));
            // The last two keep what they begin with where they find nothing better.
            for (int j = 0; i < masks.Length - 2 && j < i; j++)
                Assert.False(masks[i].BitEquals(masks[j]), $"{i} and {j} are the same");
        }
        foreach (Mask mask in masks)
            mask.Dispose();
    }
}
