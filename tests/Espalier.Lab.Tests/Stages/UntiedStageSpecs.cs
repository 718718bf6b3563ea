using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;
using Xunit;

namespace Espalier.Lab.Tests.Stages;

/// <summary>Real stages on a network with residual streams, which some methods cut.</summary>
public class UntiedStageSpecs
{
    private static readonly Grid Tiny = new()
    {
        Models = ["resnet20:blocks=1"],
        DataSet = "mnist",
        Sparsities = [0.8],
        RewindEpochs = [0],
        Methods = [Methods.Naive, Methods.Permuted, Methods.Untied, Methods.UntiedWeights, Methods.ShuffledUnits, Methods.UntiedRandom],
        MatchVariants =
        [
            MatchVariant.Parse("by=weights against=rewind of=pruned start=activations untied=true"),
            MatchVariant.Parse("by=weights against=rewind of=pruned untied=true signed=true"),
        ],
        Options = new Recipe().With(
            training: t => t with { Epochs = 1, BatchSize = 32, Precision = Precision.Float32 },
            pruning: p => p with { RoundFraction = 0.6 },
            fineTuning: t => t with { Epochs = 1 },
            matching: m => m with { Images = 50 }
        ),
    };

    [Fact]
    public async Task A_mask_moved_by_cut_streams_keeps_every_arrays_count_and_is_said_to_be_no_symmetry()
    {
        using var folder = new TempFolder();
        MnistLike.Write(folder["data"], seed: 0);
        Plan plan = Planner.Of(Tiny);
        ArtefactStore store = await InProcess.DoneAsync(plan, folder["store"], folder["data"]);
        Network network = new ModelSource(Tiny.Models[0], Data.DataSetFacts.Of(Tiny.DataSet)).Network;
        string[] methods = [.. plan.Cells.Where(cell => cell.RewindEpoch is not null).Select(cell => cell.Method).Distinct()];
        Assert.Equal(8, methods.Length);
        Stage StageOf(string method) => plan.Cells.First(cell => cell.Method == method).Stage;
        Mask[] masks = [.. methods.Select(method => MaskFile.Read(store.FileOf(StageOf(method), PruneStage.MaskName), network))];
        Mask ticket = masks[Array.IndexOf(methods, "naive")];
        foreach (Mask mask in masks)
            Assert.All(ticket.Prunable, p => Assert.Equal(ticket.Kept(p), mask.Kept(p)));
        for (int i = 0; i < masks.Length; i++)
        for (int j = 0; j < i; j++)
            Assert.False(masks[i].BitEquals(masks[j]), $"{methods[i]} and {methods[j]}");

        // Each is trained: on its own mask alone, to weights and a loss of its own.
        string[] trained =
        [
            .. methods.Select(
                (method, i) =>
                {
                    using WeightSet weights = WeightsFile.Read(store.FileOf(StageOf(method), INetworkStage.Weights), network),
                        masked = weights.Masked(masks[i]);
                    Assert.True(weights.BitEquals(masked), method);
                    double loss = store.Find(StageOf(method))!.Numbers["test_loss"];
                    Assert.True(double.IsFinite(loss), method);
                    return $"{loss:R}";
                }
            ),
        ];
        Assert.Equal(methods.Length, trained.Distinct().Count());
        foreach (Mask mask in masks)
            mask.Dispose();

        int untied = 0;
        foreach (MatchStage match in plan.Stages.OfType<MatchStage>())
        {
            Permutation permutation = PermutationFile.ReadMove(store.FileOf(match, MatchStage.PermutationName), network);
            string scores = File.ReadAllText(store.FileOf(match, MatchStage.ScoresName));
            Assert.Equal(!match.How.Untied, permutation.IsSymmetry);
            Assert.Equal(match.How.Untied, scores.Contains("no symmetry", StringComparison.Ordinal));
            Assert.Equal(match.How.Untied, match.Title.EndsWith(", untied", StringComparison.Ordinal));
            untied += match.How.Untied ? 1 : 0;
        }
        Assert.Equal(5, untied);
        foreach (string method in methods.Where(method => method.Contains("untied", StringComparison.Ordinal)))
            Assert.Contains("no symmetry", Methods.Find(method)!.Meaning);
    }
}
