using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Weights;
using Xunit;

namespace Espalier.Lab.Tests.Stages;

/// <summary>Signed starts as methods of a grid: planned, and run tiny.</summary>
public sealed class SignedMethodSpecs : IDisposable
{
    private static readonly Method[] OfSigns =
    [
        Methods.Signed,
        Methods.SignedPermuted,
        Methods.Magnitudes,
        Methods.RandomSigns,
        Methods.Copied,
    ];

    /// <summary>Training that hardly moves anything, so that what is trained tells where it started.</summary>
    private static readonly Grid Still = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.8],
        RewindEpochs = [1],
        Methods = [.. Methods.OfThePaper, .. OfSigns, Methods.ShuffledUnits, Methods.ShuffledLayer, Methods.ErkRandom, Methods.BImp],
        Evaluate = EvaluatedNetworks.None,
        Options = new Recipe().With(
            training: t => t with { Epochs = 2, BatchSize = 50, Precision = Precision.Float32, WeightDecay = 0 },
            pruning: p => p with { RoundFraction = 0.5 },
            fineTuning: t => t with { Epochs = 1 },
            sparse: t => t with { LearningRate = 1e-30 }
        ) with
        {
            TrainImages = 200,
        },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_method_starts_from_what_it_says_moved_as_its_mask_is_and_counts_what_it_takes()
    {
        Plan plan = Planner.Of(Still);
        ArtefactStore store = await InProcess.DoneAsync(plan, _folder["store"]);
        Network network = new ModelSource(Still.Models[0], DataSetFacts.Of(Still.DataSet)).Network;
        Stage StageOf(string method) => plan.Cells.Single(cell => cell.Method == method).Stage;
        WeightSet Trained(string method) => WeightsFile.Read(store.FileOf(StageOf(method), INetworkStage.Weights), network);
        Mask MaskOf(string method) => MaskFile.Read(store.FileOf(StageOf(method), PruneStage.MaskName), network);

        MatchStage match = plan.Stages.OfType<MatchStage>().Single();
        Permutation π = PermutationFile.Read(store.FileOf(match, MatchStage.PermutationName), network);
        var b = (DenseStage)StageOf("signed").Inputs[0];
        Assert.StartsWith("B ", b.Title);
        using WeightSet own = WeightsFile.Read(store.FileOf(b, b.FileAt(1)), network),
            ticket = Trained("imp"),
            moved = π.Apply(ticket);
        using Mask mask = MaskOf("lth"),
            movedMask = MaskOf("permuted");
        foreach (Method method in OfSigns)
        {
            bool isMoved = method == Methods.SignedPermuted;
            (WeightSet taken, Mask kept) = isMoved ? (moved, movedMask) : (ticket, mask);
            using WeightSet start = SignedStart.Of(
                own,
                taken,
                kept,
                new() { Kind = method.TicketStart },
                new RandomStream(0, "sparse.signs")
            );
            using WeightSet expected = start.Masked(kept),
                found = Trained(method.Name);
            using Mask used = MaskOf(method.Name);
            Assert.True(kept.BitEquals(used), method.Name);
            Assert.True(expected.ValueBytes.SequenceEqual(found.ValueBytes), method.Name);

            IReadOnlyDictionary<string, double> numbers = store.Find(StageOf(method.Name))!.Numbers;
            Assert.Equal(
                TicketBits.OfMask(kept) + TicketBits.OfStart(kept, new() { Kind = method.TicketStart }),
                numbers[TrainingNumbers.TicketBits]
            );
            SignAgreement signs = SignAgreement.Of(taken, own, kept);
            Assert.Equal(signs.Share, numbers[TrainingNumbers.SignAgreement]);
            Assert.All(signs.Layers, layer => Assert.Equal(layer.Share, numbers[$"{TrainingNumbers.SignAgreement}/{layer.Layer}"]));
        }
        double Number(string method, string name) => store.Find(StageOf(method))!.Numbers.GetValueOrDefault(name, double.NaN);
        double Bits(string method) => Number(method, TrainingNumbers.TicketBits);
        double Agreement(string method) => Number(method, TrainingNumbers.SignAgreement);
        Assert.Equal(TicketBits.OfMask(mask), Bits("naive"));
        Assert.Equal(TicketBits.OfMask(mask), Bits("shuffled-units"), 1e-6);
        Assert.Equal(0, Bits("erk-random"));
        Assert.Equal(0, Bits("shuffled-layer"));
        Assert.Equal(TicketBits.OfTicket(mask), Bits("lth"));
        using Mask ownMask = MaskOf("b-imp");
        Assert.Equal(TicketBits.OfTicket(ownMask), Bits("b-imp"));
        Assert.True(Agreement("lth") > 0.8); // signs hardly change in training
        Assert.Equal(Agreement("naive"), Agreement("signed"));
        Assert.Equal(Agreement("permuted"), Agreement("signed-permuted"));
        Assert.InRange(Agreement("naive"), 0.35, 0.65);
        Assert.InRange(Agreement("shuffled-units"), 0.35, 0.65);
        Assert.True(double.IsNaN(Agreement("erk-random")));
        Assert.True(double.IsNaN(Agreement("shuffled-layer")));
    }

    [Fact]
    public void A_signed_start_reads_no_more_of_B_than_where_it_starts()
    {
        Plan plan = Planner.Of(Still with { Methods = [Methods.Signed] });
        Assert.Equal([1, 2], plan.Stages.OfType<DenseStage>().Select(stage => stage.Epochs).Order());
        Assert.Empty(plan.Stages.OfType<MatchStage>());
    }

    [Fact]
    public async Task A_mask_that_needs_no_ticket_takes_signs_of_one_too_where_both_keep_a_weight()
    {
        Method method = Methods.ErkRandom with { Name = "erk-signed", TicketStart = TicketStart.Signed };
        Plan plan = Planner.Of(Still with { Methods = [method, Methods.ErkRandom] });
        ArtefactStore store = await InProcess.DoneAsync(plan, _folder["store"]);
        Network network = new ModelSource(Still.Models[0], DataSetFacts.Of(Still.DataSet)).Network;
        Stage StageOf(string name) => plan.Cells.Single(cell => cell.Method == name).Stage;
        WeightSet Trained(string name) => WeightsFile.Read(store.FileOf(StageOf(name), INetworkStage.Weights), network);
        using WeightSet signed = Trained("erk-signed"),
            own = Trained("erk-random"),
            ticket = Trained("imp");
        using Mask mask = MaskFile.Read(store.FileOf(StageOf("erk-signed"), PruneStage.MaskName), network);
        using WeightSet expected = SignedStart.Of(own, ticket, mask, new() { Kind = TicketStart.Signed }, new RandomStream(0, "none"));
        Assert.False(signed.BitEquals(own));
        Assert.True(expected.ValueBytes.SequenceEqual(signed.ValueBytes));
    }

    [Fact]
    public void Weights_of_a_ticket_without_a_mask_are_refused()
    {
        Method method = Methods.Dense with { Name = "dense-signed", TicketStart = TicketStart.Signed };
        InputException fault = Assert.Throws<InputException>(() => Planner.Of(Still with { Methods = [method] }));
        Assert.Contains("'dense-signed', which takes weights of a ticket", fault.Message);
    }
}
