using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Diversity;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Stages;

/// <summary>
/// What is measured between and beyond networks, as stages: which networks it reads, and that it says what the library says.
/// </summary>
public sealed class StudySpecs : IDisposable
{
    private static readonly Grid Tiny = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Seeds = [0, 1],
        Sparsities = [0.5],
        RewindEpochs = [1],
        Methods = [],
        Studies = Studies.All,
        Options = new Recipe().With(
            training: t => t with { Epochs = 2, BatchSize = 32, Precision = Precision.Float32 },
            pruning: p => p with { RoundFraction = 0.4 },
            fineTuning: t => t with { Epochs = 1 },
            matching: m => m with { Images = 100 },
            studies: s =>
                s with
                {
                    Curves = s.Curves with { Points = 3, Refinements = 1 },
                    PlanePoints = 3,
                    StatisticsImages = 50,
                    Images = 100,
                }
        ) with
        {
            TrainImages = 200,
        },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_filter_keeps_the_studies_that_have_its_values_and_what_they_read()
    {
        Plan all = Planner.Of(Tiny);
        Plan planes = CellFilter.Keep(all, "study=plane,seed=0");
        Assert.Empty(planes.Cells);
        Assert.IsType<PlannedPlane>(Assert.Single(planes.Studies));
        Assert.DoesNotContain(planes.Stages, stage => stage.Title.Contains("seed 1", StringComparison.Ordinal));
        Plan naive = CellFilter.Keep(all, "method=naive");
        Assert.All(naive.Studies, study => Assert.Equal("naive", Assert.IsType<PlannedEnsemble>(study).Method));
        Assert.NotEmpty(naive.Studies);
        // All values together are everything; each study has the values of its own and no other.
        Assert.Equal(all.Studies, CellFilter.Keep(all, "study=barrier|pruning-barrier|plane|diversity").Studies);
        Assert.Equal(
            all.Studies.Count(study => study is PlannedBarrier { Study: Study.PruningBarrier }),
            CellFilter.Keep(all, "study=pruning-barrier").Studies.Count
        );
        Assert.Contains("pruning-barrier", Assert.Throws<InputException>(() => CellFilter.Keep(all, "study=planes")).Message);
    }

    [Fact]
    public void Table_1_shares_one_mask_for_lth_permuted_and_naive_and_varies_what_the_paper_varies()
    {
        Plan plan = Planner.Of(Preset.Of("table1").Grid);
        PlannedEnsemble Of(string method) => plan.Studies.OfType<PlannedEnsemble>().Single(e => e.Method == method);
        Assert.Equal(
            ["dense", "imp", "lth", "permuted", "naive", "signed", "signed-permuted"],
            plan.Studies.OfType<PlannedEnsemble>().Select(e => e.Method)
        );
        Assert.All(plan.Studies.OfType<PlannedEnsemble>(), e => Assert.Equal(5, e.Members));
        Stage mask = Assert.Single(
            plan.Stages.Where(stage => stage is SparseStage)
                .SelectMany(stage => stage.Inputs.OfType<PruneStage>())
                .DistinctBy(stage => stage.Id)
        );
        Assert.Equal("A sparsity-0.9 seed 0", mask.Title);
        Stage[] Starts(string method) => [.. Of(method).Ensemble.Inputs.Select(member => member.Inputs.OfType<DenseStage>().First())];
        Assert.Equal(["A seed 0"], Starts("lth").Select(start => start.Title).Distinct());
        foreach (string method in new[] { "permuted", "naive" })
            Assert.Equal(["B seed 0", "B seed 1", "B seed 2", "B seed 3", "B seed 4"], Starts(method).Select(start => start.Title));
        // Five orders of batches, five masks of five networks, and a permutation for each B.
        Assert.Equal(5, Of("lth").Ensemble.Inputs.Select(stage => stage.Id).Distinct().Count());
        Assert.Equal(5, Of("imp").Ensemble.Inputs.Count);
        Assert.Equal(5, plan.Stages.Count(stage => stage is MatchStage));
        Assert.Equal(25 * (200 - 20), plan.Kinds.Single(kind => kind.Kind == "sparse").Epochs);
    }

    [Fact]
    public void The_member_of_the_first_seed_is_the_cell_of_the_grid()
    {
        Plan plan = Planner.Of(Tiny with { Methods = Methods.OfThePaper });
        foreach (Method method in Methods.OfThePaper)
        {
            Stage cell = plan.Cells.Single(c => c.Method == method.Name && c.Seed == 0).Stage;
            Assert.Contains(
                cell.Id,
                plan.Studies.OfType<PlannedEnsemble>().Single(e => e.Method == method.Name).Ensemble.Inputs.Select(input => input.Id)
            );
        }
    }

    [Fact]
    public void Figure_3_prunes_nothing_and_figure_4_follows_every_round()
    {
        Plan three = Planner.Of(Preset.Of("figure3").Grid),
            four = Planner.Of(Preset.Of("figure4").Grid);
        Assert.DoesNotContain(three.Stages, stage => stage is PruneStage or SparseStage);
        Assert.Equal(4 * 2 * 3, three.Stages.Count(stage => stage is BarrierStage));
        Assert.Equal(4 * 2 * 200, three.Kinds.Sum(kind => kind.Epochs));
        Assert.Equal(four.Stages.Count(stage => stage is PruneStage) * 3, four.Studies.OfType<PlannedBarrier>().Count());
        Assert.Equal(0.9, four.Studies.OfType<PlannedBarrier>().Max(barrier => barrier.Sparsity), 1e-4);
        Assert.Equal(25, four.Studies.OfType<PlannedPlane>().Single().Rows.Count);
    }

    [Fact]
    public async Task Stages_say_what_the_library_says()
    {
        Plan plan = Planner.Of(Tiny);
        ArtefactStore store = await RunAsync(plan);
        RunResults results = new ResultCollector(store, Tiny, plan).Collect("test");
        WeightSet Read(StageNetwork network) => network.Read(new StageRun("", store.FileOf, new ImageCache(null, CPU)));

        Assert.Equal(2 * 4 + 2 * 2 * 2, results.Studies.Barriers.Count);
        using var data = new TrainingData(new DataSource(Tiny.DataSet, 200).Open(null), Augmentation.None, Precision.Float32, CPU);
        PlannedPlane planned = plan.Studies.OfType<PlannedPlane>().Single();
        PlaneResult plane = Assert.Single(results.Studies.Planes);
        Assert.Equal((3, 3), (plane.X.Count, plane.Y.Count));
        Assert.Equal(plane.Distances[0], double.Hypot(plane.Points[1].X - plane.Points[0].X, plane.Points[1].Y), 1e-6);

        // The plane's third network has π(m) moved back: A's own mask again.
        SparseStage permuted = plan
            .Stages.OfType<SparseStage>()
            .Single(stage =>
                stage.Title.StartsWith("permuted", StringComparison.Ordinal) && stage.Title.EndsWith("seed 0", StringComparison.Ordinal)
            );
        SparseStage lth = plan
            .Stages.OfType<SparseStage>()
            .Single(stage =>
                stage.Title.StartsWith("lth", StringComparison.Ordinal) && stage.Title.EndsWith("seed 0", StringComparison.Ordinal)
            );
        using WeightSet moved = Read(new StageNetwork(permuted, permuted.Inputs.OfType<MatchStage>().Single(), Inverse: true)),
            ticket = Read(new StageNetwork(lth));
        using Mask mask = MaskFile.Read(store.FileOf(lth, PruneStage.MaskName), ticket.Network);
        using WeightSet masked = moved.Masked(mask);
        Assert.True(masked.BitEquals(moved));

        EnsembleResult dense = results.Studies.Ensembles.Single(e => e.Method == "dense");
        WeightSet[] members =
        [
            .. Tiny.Seeds.Select(seed =>
                Read(new StageNetwork(plan.Stages.OfType<DenseStage>().Single(stage => stage.Title == $"A seed {seed}")))
            ),
        ];
        EnsembleReport expected = EnsembleReport.Of([.. members.Select(member => Predictions.Of(member, data.Test))], data.Set.Test.Labels);
        Assert.Equal(expected.Diversity.Disagreement, dense.Disagreement, 1e-12);
        Assert.Equal(expected.Ensemble.AccuracyPercent, dense.AccuracyPercent, 1e-9);
        Assert.Null(dense.UniformSoupPercent);
        Assert.NotNull(results.Studies.Ensembles.Single(e => e.Method == "permuted").UniformSoupPercent);

        // The ends of every way are the networks themselves.
        BarrierResult way = results.Studies.Barriers.First(barrier =>
            barrier is { Study: "barrier", Aligned: true, Correction: Correction.None, Seed: 0 }
        );
        using var first = new BatchSource(data.Set.Test.Take(100), data.Set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
        Assert.Equal(Evaluation.Of(members[0], first).Loss, way.Test.Points[0].Loss, 1e-4);
        foreach (WeightSet member in members)
            member.Dispose();
        Assert.Equal(planned.Names, plane.Names);
    }

    [Fact]
    public void A_study_under_way_gives_what_there_is()
    {
        Plan plan = Planner.Of(Tiny);
        StudyResults none = new ResultCollector(new ArtefactStore(_folder["empty"]), Tiny, plan).Collect("test").Studies;
        Assert.Equal((0, 0, 0), (none.Barriers.Count, none.Planes.Count, none.Ensembles.Count));
    }

    [Fact]
    public void Options_of_studies_change_no_training_and_impossible_ones_are_refused()
    {
        Plan plan = Planner.Of(Tiny),
            other = Planner.Of(
                Tiny with
                {
                    Options = Tiny.Options.With(studies: s =>
                        s with
                        {
                            Curves = s.Curves with { Points = 5 },
                            PlanePoints = 4,
                            Images = 50,
                            StatisticsImages = 20,
                        }
                    ),
                }
            );
        HashSet<string> Trained(Plan p) =>
            [.. p.Stages.Where(stage => stage.Epochs > 0 || stage is MatchStage or EnsembleStage).Select(stage => stage.Id)];
        Assert.Equal(Trained(plan), Trained(other));
        Assert.Empty(
            plan.Stages.Where(stage => stage is BarrierStage or PlaneRowStage)
                .Select(stage => stage.Id)
                .Intersect(other.Stages.Select(stage => stage.Id))
        );
        foreach (
            Recipe bad in new[]
            {
                Tiny.Options.With(studies: s => s with { Curves = s.Curves with { Points = 1 } }),
                Tiny.Options.With(studies: s => s with { Curves = s.Curves with { Refinements = -1 } }),
                Tiny.Options.With(studies: s => s with { PlanePoints = 1 }),
                Tiny.Options.With(studies: s => s with { PlaneMargin = -1 }),
                Tiny.Options.With(studies: s => s with { StatisticsImages = 1 }),
                Tiny.Options.With(studies: s => s with { Images = 0 }),
            }
        )
            Assert.Throws<InputException>(() => Planner.Of(Tiny with { Options = bad }));
        Assert.Contains("at least two seeds", Assert.Throws<InputException>(() => Planner.Of(Tiny with { Seeds = [3] })).Message);
        Assert.Contains("pruning-barrier", Assert.Throws<InputException>(() => Studies.Parse("prunning-barrier")).Message);
    }

    private Task<ArtefactStore> RunAsync(Plan plan) => InProcess.DoneAsync(plan, _folder["store"]);
}
