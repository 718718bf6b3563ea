using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Engine;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>Plans laid out on many machines.</summary>
public class ClusterSpecs
{
    private static readonly Grid s_grid = Preset.Of("table10").Grid;
    private static readonly IReadOnlyList<Stage> s_stages = Planner.Of(s_grid).Stages;

    [Fact]
    public void On_one_device_it_takes_what_the_stages_take_one_after_the_other()
    {
        MachineRate rate = CardRates.Find("a100")!.For(s_grid);
        SimulatedSchedule one = SimulatedSchedule.All(On(1, 1), s_stages).Single();
        Assert.Equal(rate.Seconds(s_stages), one.Seconds, rate.Seconds(s_stages) * 1e-9);
        Assert.Equal(one.Seconds, one.GpuSeconds, one.Seconds * 1e-9);
        Assert.Equal(0, one.AllReduceSeconds);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(4, 8)]
    [InlineData(3, 5)]
    public void No_schedule_beats_its_critical_path_or_its_devices_nor_is_worse_than_Grahams_bound(int nodes, int gpus)
    {
        Cluster cluster = On(nodes, gpus);
        IReadOnlyList<SimulatedSchedule> all = SimulatedSchedule.All(cluster, s_stages);
        Assert.Equal(cluster.Gpus, all[^1].Ranks);
        foreach (SimulatedSchedule s in all)
        {
            double least = Math.Max(s.CriticalPathSeconds, s.GpuSeconds / cluster.Gpus);
            Assert.True(s.Seconds >= least * (1 - 1e-12));
            if (s.Ranks == 1) // Graham 1966: list scheduling takes at most path + work / devices
                Assert.True(s.Seconds <= s.CriticalPathSeconds + s.GpuSeconds / cluster.Gpus);
            Assert.True(s.PruningSeconds <= s.CriticalPathSeconds);
        }
        Assert.True(all[^1].PruningSeconds < all[0].PruningSeconds);
    }

    [Fact]
    public void Gradients_of_a_free_wire_make_ranks_divide_a_trainings_time()
    {
        Stage dense = s_stages.First(stage => stage.Kind == "dense"),
            match = s_stages.First(stage => stage.Kind == "match");
        Cluster slow = On(2, 4),
            free = slow with { WithinNode = double.PositiveInfinity, BetweenNodes = double.PositiveInfinity };
        Assert.Equal(free.Seconds(dense, 1) / 8, free.Seconds(dense, 8), free.Seconds(dense, 8) * 1e-12);
        Assert.True(slow.Seconds(dense, 8) > free.Seconds(dense, 8));
        Assert.Equal(slow.Seconds(match, 1), slow.Seconds(match, 8));
        // 25,557,032 float32, 80 epochs of 1252 steps, 2 (8 − 1) / 8 of the bytes over 20 GB/s.
        Assert.Equal(80 * 1252 * 2 * 7 / 8.0 * 4 * 25_557_032 / 20e9, slow.AllReduceSeconds(dense, 8), 1e-6);
    }

    [Fact]
    public void What_was_not_measured_is_called_estimated()
    {
        Grid small = Preset.Of("imagenet-160").Grid;
        CardRates card = CardRates.Find("h200")!;
        Assert.Contains("only resnet50 was measured", card.For(small).Estimated);
        MachineRate fifty = card.For(small with { Models = ["resnet50"] });
        Assert.Null(fifty.Estimated);
        // The other network takes as many operations a second.
        double measured = fifty.Speeds["resnet50"].Training;
        Assert.Equal(measured, card.For(small).Speeds["resnet18"].Training, measured * 1e-9);
        CardRates unmeasured = card with { Rates = [.. card.Rates.Where(rate => rate.DataSet is null)] };
        Assert.Contains("estimated: images of 3x160x160", unmeasured.For(small).Estimated);
        Assert.Null(CardRates.Find("h200")!.For(s_grid).Estimated);
        Assert.Null(CardRates.Find("h200")!.For(Preset.Of("table5").Grid).Estimated);
        Assert.All(CardRates.Known, card => Assert.True(card.PeakTflops > 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Ranks_without_a_device_each_are_refused(int ranks)
    {
        string sentence = Assert.Throws<InputException>(() => SimulatedSchedule.Of(On(2, 4), s_stages, ranks)).Message;
        Assert.Contains($"{ranks} ranks", sentence);
        Assert.Contains("8 devices", sentence);
    }

    private static Cluster On(int nodes, int gpus) =>
        new(nodes, gpus, CardRates.Find("a100")!.For(s_grid), s_grid.Options.Training.BatchSize);
}
