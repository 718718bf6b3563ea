using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>Sparsities that are asked for, and the rounds of pruning that reach them.</summary>
public class TargetSpecs
{
    private static readonly Grid Small = new()
    {
        Sparsities = [0.8, 0.9],
        RewindEpochs = [0, 2],
        Options = new Recipe().With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Epochs = 2 }),
    };

    [Theory]
    [InlineData(0.2, new[] { 0.2, 0.36, 0.488 })]
    [InlineData(0.5, new[] { 0.5, 0.75, 0.8, 0.875 })]
    public void A_target_that_equals_a_round_is_that_round(double fraction, double[] sparsities)
    {
        Grid grid = Small with
        {
            Sparsities = sparsities,
            Studies = [Study.PruningBarrier],
            Options = Small.Options.With(pruning: p => p with { RoundFraction = fraction }),
            Seeds = [0, 1, 2],
        };
        Plan plan = Planner.Of(grid);
        PruneStage[] rounds = [.. plan.Stages.OfType<PruneStage>().Where(stage => stage.Seed == 0)];
        Assert.Equal(rounds.Length, rounds.Select(stage => stage.Kept).Distinct().Count());
        // One curve a round, correction and seed, and one number a target.
        Assert.All(
            plan.Studies.OfType<PlannedBarrier>().GroupBy(barrier => (barrier.Sparsity, barrier.Correction)),
            seeds => Assert.Equal([0, 1, 2], seeds.Select(barrier => barrier.Seed))
        );
        Assert.Equal(sparsities, plan.Cells.Where(cell => cell is { Method: "imp", Seed: 0 }).Select(cell => cell.Sparsity).Order());
        // Its network does not depend on which other targets are asked for.
        foreach (double sparsity in sparsities)
        {
            string alone = Of(Planner.Of(grid with { Sparsities = [sparsity] }), sparsity);
            Assert.Equal(Of(plan, sparsity), alone);
        }

        static string Of(Plan plan, double sparsity) =>
            plan.Cells.Single(cell => cell is { Method: "imp", Seed: 0 } && cell.Sparsity == sparsity).Stage.Id;
    }

    [Fact]
    public void Targets_that_keep_equally_many_weights_are_one_point_of_the_path_that_pruning_takes()
    {
        Grid grid = Small with { Sparsities = [0.9, 0.9000001], Studies = [Study.PruningBarrier] };
        PlannedBarrier[] plain =
        [
            .. Planner
                .Of(grid)
                .Studies.OfType<PlannedBarrier>()
                .Where(barrier => barrier.Correction == Espalier.Connectivity.Correction.None),
        ];
        Assert.Equal(plain.Length, plain.Select(barrier => barrier.Sparsity).Distinct().Count());
    }
}
