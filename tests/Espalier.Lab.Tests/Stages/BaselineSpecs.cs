using System.Security.Cryptography;
using System.Text;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Networks;
using Espalier.Weights;
using Xunit;

namespace Espalier.Lab.Tests.Stages;

/// <summary>Baselines as methods of a grid: planned, and run tiny.</summary>
public sealed class BaselineSpecs : IDisposable
{
    private static readonly Grid Tiny = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.8],
        RewindEpochs = [0, 1],
        Methods = [Methods.Lth, .. Methods.Baselines],
        Evaluate = EvaluatedNetworks.None,
        Options = new Recipe().With(
            training: t => t with { Epochs = 4, BatchSize = 32, Precision = Precision.Float32 },
            pruning: p => p with { RoundFraction = 0.4 },
            fineTuning: t => t with { Epochs = 1 },
            updates: u => u with { Times = u.Times with { Every = 3 } }
        ) with
        {
            TrainImages = 200,
        },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_baseline_keeps_as_many_weights_as_the_ticket_by_the_mask_that_it_ends_with()
    {
        Plan plan = Planner.Of(Tiny);
        ArtefactStore store = await InProcess.DoneAsync(plan, _folder["store"]);
        Network network = new ModelSource(Tiny.Models[0], Espalier.Data.DataSetFacts.Of(Tiny.DataSet)).Network;
        foreach (int k in Tiny.RewindEpochs)
        {
            PlannedCell Cell(string method) => plan.Cells.Single(cell => cell.Method == method && cell.RewindEpoch == k);
            Mask MaskOf(string method) => MaskFile.Read(store.FileOf(Cell(method).Stage, PruneStage.MaskName), network);
            Dictionary<string, Mask> masks = Tiny.Methods.ToDictionary(method => method.Name, method => MaskOf(method.Name));
            string[] same = ["erk-random-ham", "erk-random-sign-in"];
            Assert.All(same, method => Assert.True(masks["erk-random"].BitEquals(masks[method])));
            Assert.Equal(masks.Count - same.Length, masks.Values.Select(mask => Convert.ToHexString(mask.Pruned.bytes)).Distinct().Count());
            foreach ((string method, Mask mask) in masks)
            {
                Manifest manifest = store.Find(Cell(method).Stage)!;
                using WeightSet weights = WeightsFile.Read(store.FileOf(Cell(method).Stage, INetworkStage.Weights), network);
                Assert.Equal(masks["lth"].KeptCount, mask.KeptCount);
                Assert.True(weights.BitEquals(weights.Masked(mask)), method);
                Assert.Equal(mask.Sparsity, manifest.Numbers["sparsity"]);
                Assert.All(mask.Prunable, p => Assert.Equal(mask.Kept(p), manifest.Numbers[TrainingNumbers.Kept + p.Name]));
            }
            foreach (
                (string changed, string fixedMask) in new[]
                {
                    ("set", "erk-random"),
                    ("rigl", "erk-random"),
                    ("rigl-ham", "erk-random"),
                    ("rigl-sign-in", "erk-random"),
                    ("srigl", "erk-random"),
                    ("rigl-uniform", "uniform-random"),
                }
            )
                Assert.All(masks["lth"].Prunable, p => Assert.Equal(masks[fixedMask].Kept(p), masks[changed].Kept(p)));
            foreach (Mask mask in masks.Values)
                mask.Dispose();
        }
    }

    [Fact]
    public void Baselines_need_B_and_nothing_of_A()
    {
        Plan plan = Planner.Of(Tiny);
        foreach (PlannedCell cell in plan.Cells.Where(cell => Methods.Baselines.Select(method => method.Name).Contains(cell.Method)))
            Assert.StartsWith("B ", Assert.IsType<DenseStage>(Assert.Single(cell.Stage.Inputs)).Title);
    }

    [Fact]
    public void Every_option_that_can_change_a_result_changes_ids_and_defaults_change_none()
    {
        foreach (
            (string setting, string[] methods) in new (string, string[])[]
            {
                ("update_every=2", ["set", "rigl", "rigl-uniform", "rigl-ham", "rigl-sign-in", "srigl", "gmp"]),
                ("update_until=0.5", ["set", "rigl", "rigl-uniform", "rigl-ham", "rigl-sign-in", "srigl", "gmp"]),
                ("update_fraction=0.2", ["set", "rigl", "rigl-uniform", "rigl-ham", "rigl-sign-in", "srigl"]),
                ("snip_batches=2", ["snip"]),
                ("syn_flow_rounds=9", ["syn-flow"]),
                ("grasp_batches=2", ["grasp"]),
                ("grasp_temperature=1", ["grasp"]),
                ("gamma_sal=0.5", ["srigl"]),
                ("acdc_warm_up=0.2", ["ac-dc"]),
                ("acdc_phase=0.1", ["ac-dc"]),
                ("acdc_final=0.8", ["ac-dc"]),
                (
                    "ham=true",
                    [.. Tiny.Methods.Select(method => method.Name).Where(name => !name.EndsWith("-ham") && !name.EndsWith("-sign-in"))]
                ),
                (
                    "sign_in=true",
                    [.. Tiny.Methods.Select(method => method.Name).Where(name => !name.EndsWith("-ham") && !name.EndsWith("-sign-in"))]
                ),
                ("ham_alpha=20", ["erk-random-ham", "rigl-ham"]),
                ("ham_beta=0", ["erk-random-ham", "rigl-ham"]),
                ("sign_in_beta=2", ["erk-random-sign-in", "rigl-sign-in"]),
                ("sign_in_every=2", ["erk-random-sign-in", "rigl-sign-in"]),
                ("scale_gradients=true", [.. Tiny.Methods.Select(method => method.Name)]),
                ("rescale_fan_in=true", [.. Tiny.Methods.Select(method => method.Name)]),
            }
        )
        {
            Plan before = Planner.Of(Tiny),
                after = Planner.Of(Tiny with { Options = GridFile.Set(Tiny.Options, [setting]) });
            Assert.Equal(
                methods.Order(),
                before
                    .Cells.Zip(after.Cells)
                    .Where(pair => pair.First.Stage.Id != pair.Second.Stage.Id)
                    .Select(pair => pair.First.Method)
                    .Distinct()
                    .Order()
            );
        }
        Grid dense = Tiny with { Methods = [Methods.Dense] };
        Assert.Equal(
            Planner.Of(dense).Cells.Select(cell => cell.Stage.Id),
            Planner
                .Of(dense with { Options = dense.Options.With(sparse: t => t with { ScaleGradients = true }) with { RescaleFanIn = true } })
                .Cells.Select(cell => cell.Stage.Id)
        );
    }

    [Fact]
    public void A_method_named_after_an_optimizer_has_it_whatever_the_recipe_says()
    {
        static string Training(SparseStage stage) => stage.Describe()["options"]!["training"]!.ToJsonString();
        foreach (string setting in new[] { "ham=false", "ham=true", "sign_in=true" })
        {
            Plan plan = Planner.Of(Tiny with { Options = GridFile.Set(Tiny.Options, [setting]) });
            foreach (PlannedCell cell in plan.Cells.Where(cell => cell.Stage is SparseStage))
            {
                bool ham = cell.Method.EndsWith("-ham", StringComparison.Ordinal),
                    signIn = cell.Method.EndsWith("-sign-in", StringComparison.Ordinal),
                    other = !ham && !signIn;
                string training = Training((SparseStage)cell.Stage);
                Assert.Equal(ham || (other && setting == "ham=true"), training.Contains("\"ham\"", StringComparison.Ordinal));
                Assert.Equal(signIn || (other && setting == "sign_in=true"), training.Contains("\"sign_in\"", StringComparison.Ordinal));
            }
        }
        Assert.Contains(
            "one of them",
            Assert
                .Throws<InputException>(() => Planner.Of(Tiny with { Options = GridFile.Set(Tiny.Options, ["ham=true", "sign_in=true"]) }))
                .Message
        );
    }

    [Fact]
    public void Stages_finished_before_there_were_baselines_keep_their_names()
    {
        // The hash of these ids as they were: artefacts in stores are found by them.
        Plan plan = Planner.Of(
            new Grid
            {
                Sparsities = [0.8, 0.9],
                RewindEpochs = [0, 2],
                Methods = Methods.WithControls,
                Options = new Recipe().With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Epochs = 2 }),
            }
        );
        Assert.Equal(
            "8c89ac49eedb48c6",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', plan.Stages.Select(stage => stage.Id))))[..8])
        );
    }

    [Theory]
    [InlineData("update_every=0", "every 0 steps")]
    [InlineData("update_every=100", "never changes in one of 28 steps")]
    [InlineData("update_fraction=1", "share 1")]
    [InlineData("update_until=0", "share 0")]
    [InlineData("snip_batches=0", "0 batches")]
    [InlineData("syn_flow_rounds=0", "0 rounds")]
    [InlineData("grasp_batches=0", "0 batches")]
    [InlineData("grasp_temperature=0", "temperature 0")]
    [InlineData("gamma_sal=2", "share 2")]
    [InlineData("acdc_warm_up=0", "acdc_warm_up of 0")]
    [InlineData("acdc_phase=1", "acdc_phase of 1")]
    [InlineData("acdc_phase=0.4", "no compressed and decompressed phase")]
    [InlineData("acdc_phase=0.02", "less than one step in a training of 28 steps; expected at least 50 steps")]
    [InlineData("acdc_final=1", "acdc_final of 1")]
    [InlineData("ham_alpha=-1", "alpha -1")]
    [InlineData("ham_beta=-1", "beta -1")]
    [InlineData("sign_in_beta=0", "beta 0")]
    [InlineData("sign_in_every=-1", "every -1 epochs")]
    public void Impossible_options_are_refused_when_planned(string setting, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<InputException>(() => Planner.Of(Tiny with { Options = GridFile.Set(Tiny.Options, [setting]) })).Message
        );

    [Fact]
    public void A_budget_that_leaves_no_room_for_changes_of_the_mask_says_so()
    {
        Grid grid = Tiny with
        {
            Options = Tiny.Options.With(
                training: t => t with { Epochs = 100 },
                updates: u => u with { Times = u.Times with { Every = 50 } }
            ),
        };
        double Seconds(IEnumerable<Stage> stages) => stages.Sum(stage => stage.Epochs);
        double factor = Budget.Fit(grid, TimeSpan.FromSeconds(1000), Seconds);
        Assert.InRange(Seconds(Planner.Of(grid.Scaled(factor)).Stages), 800, 1000);
        double small = Budget.Fit(grid, TimeSpan.FromSeconds(40), Seconds);
        Assert.Contains("never changes", Assert.Throws<InputException>(() => Planner.Of(grid.Scaled(small))).Message);
    }
}
