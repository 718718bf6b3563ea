using Espalier.Data;
using Espalier.Diversity;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Networks;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Stages;

/// <summary>How much of A's own ticket a method copies, and members of an ensemble by any method.</summary>
public sealed class ComparisonSpecs : IDisposable
{
    private static readonly Grid Tiny = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.8],
        RewindEpochs = [0],
        Methods = [Methods.Naive, Methods.Signed, Methods.Dense],
        Evaluate = EvaluatedNetworks.None,
        Options = new Recipe().With(
            training: t => t with { Epochs = 2, BatchSize = 50, Precision = Precision.Float32 },
            pruning: p => p with { RoundFraction = 0.5 },
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
    public async Task A_sparse_network_is_held_against_the_ticket_of_its_own_seed()
    {
        Grid grid = Tiny with { Seeds = [0, 1], Options = GridFile.Set(Tiny.Options, ["compare=lth"]) };
        Plan plan = Planner.Of(grid);
        ArtefactStore store = await InProcess.DoneAsync(plan, _folder["store"]);
        RunResults results = new ResultCollector(store, grid, plan).Collect("test");
        Network network = new ModelSource(grid.Models[0], DataSetFacts.Of(grid.DataSet)).Network;
        using var images = new ImageCache(null, CPU);
        TrainingData data = images.Open(new DataSource(grid.DataSet, 200, null), Augmentation.None, Precision.Float32);
        foreach (ResultCell cell in results.Cells)
        {
            if (cell.Method is not ("naive" or "signed"))
            {
                Assert.Null(cell.DisagreementWithLth);
                continue;
            }
            Predictions Of(Espalier.Lab.Engine.Stage stage)
            {
                using WeightSet weights = WeightsFile.Read(store.FileOf(stage, INetworkStage.Weights), network);
                return Predictions.Of(weights, data.Test);
            }
            // The ticket itself: A's own weights under A's mask, whose stage no cell asked for.
            SparseStage ticket = plan
                .Stages.OfType<SparseStage>()
                .Single(stage =>
                    stage.Title.StartsWith("LTH", StringComparison.OrdinalIgnoreCase) && stage.Title.EndsWith($"seed {cell.Seed}")
                );
            SparseStage own = (SparseStage)plan.Cells.Single(c => c.Method == cell.Method && c.Seed == cell.Seed).Stage;
            Assert.Equal(PairDiversity.Of(Of(ticket), Of(own)).Disagreement, cell.DisagreementWithLth!.Value, 1e-12);
            Assert.InRange(cell.DisagreementWithLth.Value, 0.001, 1);
        }
        Assert.Equal(4, results.Cells.Count(cell => cell.DisagreementWithLth is not null));
        Assert.Equal(2, results.Signs.Count(signs => signs is { Method: "signed", Layer: "fc1.weight" }));
        Assert.All(
            results.Cells.Where(cell => cell.Method == "naive"),
            cell => Assert.True(cell is { TicketBits: > 0, SignAgreement: > 0 })
        );
    }

    [Fact]
    public void Nothing_is_compared_unless_it_is_asked_for_and_finished_stages_keep_their_names()
    {
        Plan without = Planner.Of(Tiny),
            with = Planner.Of(Tiny with { Options = Tiny.Options with { Compare = ComparedWith.Lth } });
        Assert.Empty(without.Studies);
        Assert.Empty(without.Stages.OfType<EnsembleStage>());
        Assert.Empty(without.Stages.Select(stage => stage.Id).Except(with.Stages.Select(stage => stage.Id)));
        Assert.Equal(["naive", "signed"], with.Studies.Cast<PlannedComparison>().Select(pair => pair.Cell.Method));
        Plan some = CellFilter.Keep(with, "method=signed");
        Assert.Equal("signed", Assert.IsType<PlannedComparison>(Assert.Single(some.Studies)).Cell.Method);
    }

    [Fact]
    public void Members_of_an_ensemble_share_the_first_seeds_ticket_whatever_the_method()
    {
        Grid grid = Tiny with
        {
            Methods = [],
            Seeds = [0, 1, 2],
            Studies = [Study.Diversity],
            Members = [Methods.Signed, Methods.SignedPermuted, Methods.WeightMatched, Methods.ErkRandom, Methods.BImp],
        };
        PlannedEnsemble[] all = [.. Planner.Of(grid).Studies.Cast<PlannedEnsemble>()];
        Assert.Equal(["dense", "imp", .. grid.Members.Select(method => method.Name)], all.Select(ensemble => ensemble.Method));
        PlannedEnsemble Of(string method) => all.Single(ensemble => ensemble.Method == method);
        foreach (string method in new[] { "signed", "signed-permuted", "weight-matched" })
        {
            Assert.Equal(0, Assert.Single(Tickets(Of(method)).Distinct()));
            Assert.NotNull(Of(method).Soup);
        }
        Assert.Equal([0, 1, 2], Tickets(Of("b-imp")));
        Assert.Null(Of("b-imp").Soup); // three masks have no mean
        Assert.Null(Of("erk-random").Soup);
        Assert.Contains("'dense' of the study diversity, which has no mask", Refused(grid with { Members = [Methods.Dense] }));
        Assert.Contains("the same member twice", Refused(grid with { Members = [Methods.Lth, Methods.Lth] }));
        Assert.Equal(["signed"], GridFile.Parse("""{ "members": ["signed"] }""", "grid").Members.Select(method => method.Name));

        static IEnumerable<long> Tickets(PlannedEnsemble ensemble) =>
            ensemble.Ensemble.Inputs.OfType<SparseStage>().Select(member => member.Mask!.Seed);
        static string Refused(Grid impossible) => Assert.Throws<InputException>(() => Planner.Of(impossible)).Message;
    }
}
