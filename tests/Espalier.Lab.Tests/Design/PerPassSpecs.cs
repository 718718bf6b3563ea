using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>What stages cost by the kinds of pass in them, and how long they take at measured speeds.</summary>
public class PerPassSpecs
{
    private static readonly Grid s_grid = new()
    {
        DataSet = "cifar10",
        Models = ["resnet20"],
        Sparsities = [0.9],
        RewindEpochs = [1],
        Options = new() { TrainImages = 5000 },
    };

    private static readonly double s_image = s_grid.Sources()[0].FlopsPerImage;

    [Theory]
    [InlineData(1, 0, 7)]
    [InlineData(2, 0, 4)]
    [InlineData(3, 0, 3)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 0.9, 2)]
    public void A_training_tests_when_it_says_and_after_its_last_epoch(int every, double average, int tests)
    {
        PerPass cost = Of("dense", With(every, average)).First();
        Assert.Equal(new PerPass(7 * 5000 * s_image, tests * 10_000 * s_image / 3, 0, 0), cost);
    }

    [Fact]
    public void What_does_not_train_is_evaluation_or_matching()
    {
        Grid grid = With(1, 0);
        Assert.All(Of("evaluate", grid), cost => Assert.Equal(new PerPass(0, 0, 15_000 * s_image / 3, 0), cost));
        PerPass match = Assert.Single(Of("match", grid));
        Assert.True(match is { Matching: > 0, Training: 0, Testing: 0, Evaluation: 0 });
    }

    [Fact]
    public void Each_kind_of_pass_takes_its_own_time() =>
        Assert.Equal(1 / 2.0 + 3 / 4.0 + 5 / 8.0 + 7 / 16.0, new PerPass(1, 3, 5, 7).At(new PerPass(2, 4, 8, 16)), 1e-12);

    [Fact]
    public void Workers_with_cores_of_their_own_wait_for_rounds_of_pruning_and_those_of_a_shared_device_do_not()
    {
        IReadOnlyList<Stage> stages = Planner.Of(With(1, 0)).Stages;
        MachineRate shared = new(1000, 1, new Dictionary<string, PerPass> { ["resnet20"] = new(4e12, 8e12, 2e12, 1e12) }),
            apart = shared with { HaveCoresEach = true };
        double path = SimulatedSchedule.Of(new Cluster(1, 1, apart, 1), stages, 1).CriticalPathSeconds;
        Assert.Equal(path, apart.Seconds(stages), path * 1e-9); // a thousand workers are enough for all that can be done at once
        Assert.Equal(stages.Sum(s => PerPass.OperationsOf(s).At(shared.Speeds["resnet20"])), shared.Seconds(stages), path * 1e-9);
        Assert.True(apart.Seconds(stages) > 10 * shared.Seconds(stages));
        MachineRate one = apart.OfOne();
        Assert.Equal(1000 * shared.Seconds(stages), one.Seconds(stages), path * 1e-6);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(301, true)]
    [InlineData(0.3, true)]
    [InlineData(1, false)]
    public void A_rough_look_is_enough_where_all_fits_or_nothing_does(double time, bool isClear)
    {
        // A hundred seconds for all of it, and one for the shortest schedule.
        Grid grid = With(1, 0);
        int whole = Planner.Of(grid).Stages.Sum(stage => stage.Epochs);
        double Seconds(IReadOnlyList<Stage> stages) => stages.Sum(stage => stage.Epochs) == whole ? 100 : 1;
        Assert.Equal(isClear, Budget.IsClear(grid, TimeSpan.FromSeconds(time), Seconds));
    }

    private static IEnumerable<PerPass> Of(string kind, Grid grid) =>
        Planner.Of(grid).Stages.Where(stage => stage.Kind == kind).Select(PerPass.OperationsOf);

    private static Grid With(int every, double average) =>
        s_grid with
        {
            Options = s_grid.Options.With(training: t => t with { Epochs = 7, EvaluateEvery = every, EmaDecay = average }),
        };
}
