using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Networks;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Stages;

/// <summary>Real stages, tiny: what every method starts from and which mask it keeps.</summary>
public sealed class StageSpecs(StageSpecs.TinyStore tiny) : IClassFixture<StageSpecs.TinyStore>, IDisposable
{
    private static readonly Grid Tiny = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.5, 0.8],
        RewindEpochs = [0, 1],
        Methods = Methods.All,
        MatchEpochs = [1, 3],
        Evaluate = EvaluatedNetworks.All,
        Options = new Recipe().With(
            training: t => t with { Epochs = 3, BatchSize = 32, Precision = Precision.Float32 },
            pruning: p => p with { RoundFraction = 0.4 },
            fineTuning: t => t with { Epochs = 1 },
            matching: m => m with { Images = 100 },
            updates: u => u with { Times = u.Times with { Every = 3 } }
        ) with
        {
            Phases = new()
            {
                WarmUp = 0.2,
                Phase = 0.2,
                Final = 0.8,
            }, // the shortest training has 14 steps
            TrainImages = 200,
        },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_method_has_the_start_and_the_mask_it_is_defined_by()
    {
        (Plan plan, ArtefactStore store) = (tiny.Plan, tiny.Store);
        Network network = new ModelSource(Tiny.Models[0], Espalier.Data.DataSetFacts.Of(Tiny.DataSet)).Network;
        Mask MaskOf(string method, double sparsity) =>
            MaskFile.Read(store.FileOf(Stage(plan, method, sparsity), PruneStage.MaskName), network);

        foreach (double sparsity in Tiny.Sparsities)
        {
            using Mask imp = MaskOf("imp", sparsity),
                lth = MaskOf("lth", sparsity),
                naive = MaskOf("naive", sparsity),
                permuted = MaskOf("permuted", sparsity),
                units = MaskOf("shuffled-units", sparsity),
                layers = MaskOf("shuffled-layer", sparsity),
                erk = MaskOf("erk-random", sparsity),
                own = MaskOf("b-imp", sparsity),
                byWeights = MaskOf("weight-matched", sparsity),
                refined = MaskOf("weight-refined", sparsity);
            Assert.True(lth.BitEquals(imp) && naive.BitEquals(imp));
            foreach (Mask other in new[] { permuted, units, layers, erk, own, byWeights, refined })
            {
                Assert.False(other.BitEquals(imp));
                Assert.Equal(imp.KeptCount, other.KeptCount);
            }
            foreach (Mask same in new[] { permuted, units, layers, byWeights, refined })
                Assert.All(imp.Prunable, p => Assert.Equal(imp.Kept(p), same.Kept(p)));
            // Moving units keeps how many weights each unit keeps, as a set; shuffling a layer does not.
            Assert.Equal(RowCounts(imp), RowCounts(permuted));
            Assert.Equal(RowCounts(imp), RowCounts(units));
            Assert.NotEqual(RowCounts(imp), RowCounts(layers));
        }
        foreach (PlannedCell cell in plan.Cells.Where(cell => cell is { RewindEpoch: not null, Sparsity: > 0 }))
        {
            using WeightSet weights = WeightsFile.Read(store.FileOf(cell.Stage, INetworkStage.Weights), network);
            using Mask mask = MaskFile.Read(store.FileOf(cell.Stage, PruneStage.MaskName), network);
            Assert.True(weights.BitEquals(weights.Masked(mask)), cell.Stage.Title);
        }
        // Methods that differ in start only, or in mask only, differ in their results.
        Assert.Equal(
            plan.Cells.Count(c => c.RewindEpoch is not null),
            plan.Cells.Where(c => c.RewindEpoch is not null).Select(c => c.Stage.Id).Distinct().Count()
        );
    }

    [Fact]
    public void Results_say_what_the_artefacts_hold()
    {
        (Plan plan, ArtefactStore store) = (tiny.Plan, tiny.Store);
        RunResults results = new ResultCollector(store, Tiny, plan).Collect("espalier run");
        Assert.True(results.Run.IsFinished);
        Assert.Equal(plan.Cells.Count, results.Cells.Count);
        Assert.Equal(plan.Cells.Count, results.Curves.Count);
        Assert.All(results.Cells.Where(c => c.Sparsity > 0), c => Assert.Equal(c.Sparsity, c.AchievedSparsity, 1e-3));
        Assert.All(
            results.Cells.Zip(results.Curves),
            pair => Assert.Equal(pair.First.TestAccuracyPercent, pair.Second.Epochs[^1].TestAccuracyPercent)
        );
        // Evaluation in float32 agrees with what training measured in the same format.
        foreach (EvaluateStage stage in plan.Stages.OfType<EvaluateStage>())
            Assert.Equal(
                store.Find(stage.Inputs[0])!.Numbers["test_accuracy_percent"],
                store.Find(stage)!.Numbers["test_accuracy_percent"],
                1e-9
            );
        Assert.Equal([1, 3], results.Matches.Select(m => m.MatchEpoch).Order());
        Assert.Equal(results.Costs.Sum(c => c.Epochs), results.Costs.Sum(c => c.EpochsDone));
        foreach (double sparsity in Tiny.Sparsities)
        {
            long Kept(string method) => results.Densities.Where(d => d.Method == method && d.Sparsity == sparsity).Sum(d => d.Kept);
            Assert.True(Kept("lth") > 0);
            Assert.Equal(Kept("lth"), Kept("permuted"));
        }
    }

    [Fact]
    public async Task Stages_stopped_anywhere_end_in_the_same_bytes()
    {
        Plan plan = Planner.Of(
            Tiny with
            {
                Methods = [Methods.Lth, Methods.Permuted, Methods.Rigl, Methods.Gmp],
                Evaluate = EvaluatedNetworks.None,
            }
        );
        await RunAsync(plan, "whole");
        int stops = 0;
        for (bool over = false; !over; stops++)
        {
            using var cancel = new CancellationTokenSource();
            int epochs = 0;
            over = !(
                await TryRunAsync(
                    plan,
                    "parts",
                    new Relay<RunProgress>(p =>
                    {
                        if (p.Workers[0].Completed is not null && ++epochs > 12)
                            cancel.Cancel();
                    }),
                    cancel.Token
                )
            ).Cancelled;
        }
        Assert.InRange(stops, 3, 60);
        Dictionary<string, byte[]> first = Bytes("whole"),
            second = Bytes("parts");
        Assert.Equal(first.Keys.Order(), second.Keys.Order());
        Assert.All(first, pair => Assert.Equal(pair.Value, second[pair.Key]));
    }

    [Fact]
    public async Task A_stage_refuses_images_that_its_inputs_were_not_made_of()
    {
        Grid grid = Tiny with
        {
            DataSet = "mnist",
            Methods = [Methods.Dense],
            Evaluate = EvaluatedNetworks.None,
            Options = Tiny.Options with { TrainImages = null },
        };
        MnistLike.Write(_folder["one"], seed: 1);
        MnistLike.Write(_folder["two"], seed: 2);
        Plan dense = new([], Planner.Of(grid).Stages.OfType<DenseStage>());
        Assert.False((await TryRunAsync(dense, "store", null, default, _folder["one"])).Cancelled);
        RunOutcome outcome = await TryRunAsync(Planner.Of(grid), "store", null, default, _folder["two"]);
        Assert.NotEmpty(outcome.Failures);
        Assert.All(outcome.Failures, failure => Assert.Contains("not those", failure.Message));
        Assert.Empty((await TryRunAsync(Planner.Of(grid), "store", null, default, _folder["one"])).Failures);
    }

    /// <summary>The whole grid, done once for all who only read it.</summary>
    public sealed class TinyStore : IAsyncLifetime
    {
        private readonly TempFolder _folder = new();

        internal Plan Plan { get; } = Planner.Of(Tiny);

        internal ArtefactStore Store => new(_folder["store"]);

        public async ValueTask InitializeAsync() => await InProcess.DoneAsync(Plan, _folder["store"]);

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private static Stage Stage(Plan plan, string method, double sparsity) =>
        plan.Cells.First(cell => cell.Method == method && cell.Sparsity == sparsity).Stage;

    private Task<ArtefactStore> RunAsync(Plan plan, string name) => InProcess.DoneAsync(plan, _folder[name]);

    private Task<RunOutcome> TryRunAsync(
        Plan plan,
        string name,
        IProgress<RunProgress>? progress,
        CancellationToken cancel,
        string? data = null
    ) => InProcess.RunAsync(plan, _folder[name], progress, data, cancel);

    /// <summary>Weights kept by each unit of the first layer, sorted: what moving units does not change.</summary>
    private static long[] RowCounts(Mask mask)
    {
        Parameter layer = mask.Prunable[0];
        using var scope = NewDisposeScope();
        return [.. mask.Layout.View(mask.Pruned.logical_not(), layer).sum(1).data<long>().ToArray().Order()];
    }

    private Dictionary<string, byte[]> Bytes(string store) =>
        Directory
            .EnumerateFiles(_folder[$"{store}/stages"], "*.safetensors", SearchOption.AllDirectories)
            .ToDictionary(file => System.IO.Path.GetRelativePath(_folder[store], file), File.ReadAllBytes);
}
