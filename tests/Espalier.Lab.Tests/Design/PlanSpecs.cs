using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Xunit;

namespace Espalier.Lab.Tests.Design;

public class PlanSpecs
{
    private static readonly Grid Small = new()
    {
        Sparsities = [0.8, 0.9],
        RewindEpochs = [0, 2],
        Options = new Recipe().With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Epochs = 2 }),
    };

    private static long Epochs(Plan plan, string kind) => plan.Kinds.Where(k => k.Kind == kind).Sum(k => k.Epochs);

    [Fact]
    public void Table_5_prepares_with_1350_epochs_a_seed_and_trains_sparse_for_18000()
    {
        Plan plan = Planner.Of(Preset.Of("table5").Grid with { Seeds = [0] });
        Assert.Equal(400, Epochs(plan, "dense"));
        Assert.Equal(19 * 50, Epochs(plan, "prune"));
        Assert.Equal(18_000, Epochs(plan, "sparse"));
        Assert.Single(plan.Stages, stage => stage.Kind == "match");
        Assert.Equal(4 * 9 * 3, plan.Cells.Count(cell => cell.RewindEpoch is not null));
        Assert.Equal(
            4000,
            ReleasedCosts
                .Of(Preset.Of("table5").Grid with { Seeds = [0] }, plan)
                .Where(cost => cost.Kind != "sparse")
                .Sum(cost => cost.Epochs)
        );
    }

    [Fact]
    public void What_the_released_code_is_held_against_has_no_control_baseline_or_study()
    {
        Grid paper = Small with { MatchEpochs = [5, 10] };
        Plan alone = Planner.Of(paper),
            more = Planner.Of(
                paper with
                {
                    Methods = Methods.All,
                    MatchVariants = [MatchVariant.WeightMatched],
                    Studies = Studies.All,
                    Seeds = [0, 1],
                }
            );
        string[] own = [.. Cells(Planner.Of(paper with { Seeds = [0, 1] }))];
        Assert.Equal(own.Order(), ReleasedCosts.Comparable(more).Select(stage => stage.Id).Order());
        Assert.Equal(
            ReleasedCosts.Of(paper, alone).Select(cost => (cost.Kind, cost.Stages * 2, cost.Epochs * 2)),
            ReleasedCosts.Of(paper, more).Select(cost => (cost.Kind, cost.Stages, cost.Epochs))
        );
        // LTH, naive, and permuted once for each epoch that B is matched at; a filtered plan is held against what is left of it.
        Assert.Equal(2 * (10 + 8) * 4, ReleasedCosts.Of(paper, alone).Single(cost => cost.Kind == "sparse").Epochs);
        Assert.Equal(
            2 * (10 + 8),
            ReleasedCosts.Of(paper, CellFilter.Keep(alone, "method=lth")).Single(cost => cost.Kind == "sparse").Epochs
        );
        Assert.Empty(ReleasedCosts.Of(paper, CellFilter.Keep(more, "method=rigl")));

        static IEnumerable<string> Cells(Plan plan) =>
            new Plan(plan.Cells.Where(cell => cell.RewindEpoch is not null), []).Stages.Select(stage => stage.Id);
    }

    [Fact]
    public void What_an_ensemble_takes_of_another_seed_is_said_in_its_title()
    {
        Plan plan = Planner.Of(Small with { Seeds = [0, 1], Studies = [Study.Diversity] });
        string[] titles =
        [
            .. plan.Stages.Where(stage => stage.Kind is "sparse" or "match" or "dense" or "prune").Select(stage => stage.Title),
        ];
        Assert.Equal(titles.Length, titles.Distinct().Count());
        Assert.Contains("lth 90% k=2 seed 1", titles);
        Assert.Contains("lth 90% k=2 seed 1 (weights and mask of seed 0)", titles);
        Assert.Contains("naive 90% k=2 seed 1 (mask of seed 0)", titles);
        Assert.Contains("match A seed 0 with B at 10 seed 1", titles);
    }

    [Fact]
    public void Every_stage_is_in_a_plan_once_and_after_its_inputs()
    {
        foreach (Preset preset in Preset.All)
        {
            Plan plan = Planner.Of(preset.Grid with { Seeds = [0, 1], Methods = Methods.All });
            Assert.Equal(plan.Stages.Count, plan.Stages.Select(stage => stage.Id).Distinct().Count());
            for (int i = 0; i < plan.Stages.Count; i++)
                Assert.All(plan.Stages[i].Inputs, input => Assert.InRange(plan.IndexOf(input), 0, i - 1));
        }
    }

    [Fact]
    public void Figures_need_no_stage_that_their_tables_do_not_need()
    {
        foreach (
            (string figure, string[] tables) in new[]
            {
                ("figure5", new[] { "table5", "table6", "table7", "table8" }),
                ("figure9", ["table5", "table6", "table7", "table8"]),
                ("figure8", ["table9"]),
                ("figure10", ["table11", "table12", "table13", "table14"]),
            }
        )
        {
            HashSet<string> known = [.. tables.SelectMany(table => Ids(Preset.Of(table).Grid with { Seeds = [0] }))];
            Assert.Empty(Ids(Preset.Of(figure).Grid with { Seeds = [0] }).Except(known));
        }
    }

    [Fact]
    public void A_wider_grid_keeps_the_stages_of_a_narrower_one()
    {
        string[] narrow = Ids(Small);
        foreach (
            Grid wider in new[]
            {
                Small with
                {
                    Sparsities = [0.8, 0.9, 0.97],
                },
                Small with
                {
                    Methods = Methods.All,
                },
                Small with
                {
                    Seeds = [0, 1],
                },
                Small with
                {
                    RewindEpochs = [0, 2, 5],
                },
                Small with
                {
                    Models = ["mlp", "mlp:width=64"],
                },
                Small with
                {
                    MatchEpochs = [3, 10],
                },
            }
        )
            Assert.Empty(narrow.Except(Ids(wider)));
    }

    [Fact]
    public void A_network_is_known_by_its_graph_and_not_by_its_name() =>
        Assert.Equal(Ids(Small), Ids(Small with { Models = ["mlp:depth=3,width=256"] }));

    [Fact]
    public void The_released_recipe_stops_at_94_and_a_half_per_cent_rewinds_one_later_and_fine_tunes_without_momentum()
    {
        Recipe released = NamedRecipes.Released("cifar10");
        Assert.Equal(
            ("imagenet", true, 1, 0.0, 0.0),
            (
                released.Normalization,
                released.Training.DropLast,
                released.RewindShift,
                released.Pruning.FineTuning.Momentum,
                released.Pruning.FineTuning.WeightDecay
            )
        );
        Assert.Null(NamedRecipes.Released("cifar100").Normalization);
        Plan plan = Planner.Of(Preset.Of("table5").Grid.Under("released", "cifar10") with { Seeds = [0] });
        PlannedCell at95 = plan.Cells.Single(cell => cell is { Method: "imp", Sparsity: 0.95 });
        var pruned = (PruneStage)at95.Stage;
        Assert.Equal(1 - Math.Pow(0.8, 13), 1 - (double)pruned.Kept / pruned.Prunable.Sum(p => (long)p.Count), 5);
        Assert.Equal(18, plan.Stages.Count(stage => stage.Kind == "prune")); // 15 shared rounds, and 3 partial ones
        SparseStage first = plan
            .Cells.Where(cell => cell is { Method: "lth", RewindEpoch: 0 })
            .Select(cell => (SparseStage)cell.Stage)
            .First();
        Assert.Contains("k=1 ", first.Title);
        Assert.Equal(200, first.Epochs);
    }

    [Fact]
    public void A_filter_keeps_cells_and_what_they_need()
    {
        Plan all = Planner.Of(Small),
            kept = CellFilter.Keep(all, "sparsity=0.90,method=naive|permuted");
        Assert.Equal(4, kept.Cells.Count);
        Assert.All(kept.Cells, cell => Assert.Equal(0.9, cell.Sparsity));
        Assert.Empty(kept.Stages.Select(stage => stage.Id).Except(all.Stages.Select(stage => stage.Id)));
        Assert.DoesNotContain(kept.Stages, stage => stage.Title.StartsWith("lth", StringComparison.Ordinal));
        Assert.Contains("0.8", Assert.Throws<InputException>(() => CellFilter.Keep(all, "sparsity=0.7")).Message);
    }

    private static string[] Ids(Grid grid) => [.. Planner.Of(grid).Stages.Select(stage => stage.Id)];
}
