using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>How long a plan trains: no network longer than what is planned needs, and all of it within a budget.</summary>
public class ScheduleSpecs
{
    private static readonly Grid Small = new()
    {
        Sparsities = [0.8, 0.9],
        RewindEpochs = [0, 2],
        Options = new Recipe().With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Epochs = 2 }),
    };

    [Fact]
    public void Early_matching_trains_B_no_further_than_it_must()
    {
        Grid early = Small with
        {
            MatchEpochs = [3, 5],
            RewindEpochs = [2],
            Options = Small.Options.With(training: t => t with { Epochs = 100 }),
        };
        DenseStage b = Assert.Single(Planner.Of(early).Stages.OfType<DenseStage>(), stage => stage.Title.StartsWith('B'));
        Assert.Equal(5, b.Epochs);
        Assert.Equal(
            100,
            Assert
                .Single(Planner.Of(early with { MatchEpochs = [3, 100] }).Stages.OfType<DenseStage>(), stage => stage.Title.StartsWith('B'))
                .Epochs
        );
        Assert.Equal(
            100,
            Assert
                .Single(
                    Planner.Of(early with { Methods = [Methods.Permuted, Methods.BImp] }).Stages.OfType<DenseStage>(),
                    stage => stage.Title.StartsWith('B')
                )
                .Epochs
        );
    }

    [Fact]
    public void Matching_by_weights_trains_B_no_further_than_it_rewinds()
    {
        DenseStage B(params Method[] methods) =>
            Assert.Single(Planner.Of(Small with { Methods = methods }).Stages.OfType<DenseStage>(), stage => stage.Title.StartsWith('B'));
        Assert.Equal(2, B(Methods.Lth, Methods.Naive, Methods.WeightMatched).Epochs);
        Assert.Equal(10, B(Methods.WeightRefined).Epochs);
    }

    [Fact]
    public void A_scaled_grid_has_at_least_one_epoch_of_everything_and_rewinds_before_its_end()
    {
        foreach (double factor in new[] { 0.001, 0.01, 0.05, 0.3, 1, 2 })
        {
            Grid scaled = Preset.Of("table5").Grid.Scaled(factor).Validated();
            Assert.True(scaled.Options is { Epochs: >= 1, Pruning.FineTuning.Epochs: >= 1 });
            Assert.Equal(factor, scaled.Scale);
            Assert.All(
                Planner.Of(scaled with { Seeds = [0] }).Stages.Where(stage => stage.Kind is "dense" or "prune" or "sparse"),
                stage => Assert.True(stage.Epochs >= 1)
            );
        }
        Assert.Equal([0, 1, 2, 3, 5, 8, 10], Preset.Of("table5").Grid.Scaled(0.1).RewindEpochs);
    }

    [Fact]
    public void A_budget_gives_the_longest_schedule_that_fits()
    {
        double Seconds(IEnumerable<Stage> stages) => stages.Sum(stage => stage.Epochs);
        Grid grid = Preset.Of("table5").Grid with { Seeds = [0] };
        double factor = Budget.Fit(grid, TimeSpan.FromSeconds(5000), Seconds);
        Assert.InRange(Seconds(Planner.Of(grid.Scaled(factor)).Stages), 4000, 5000);
        Assert.Equal(1, Budget.Fit(grid, TimeSpan.FromSeconds(1e6), Seconds));
        Assert.Contains("budget", Assert.Throws<InputException>(() => Budget.Fit(grid, TimeSpan.FromSeconds(3), Seconds)).Message);
    }
}
