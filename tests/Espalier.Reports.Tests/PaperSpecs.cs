using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Paper;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

public sealed class PaperSpecs
{
    [Fact]
    public void Every_table_is_there()
    {
        Assert.Equal([1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], PaperTables.Cells.Select(cell => cell.Table).Distinct().Order());
        Assert.Equal(742, PaperTables.Cells.Count);
        Assert.Contains("ICML 2025", PaperTables.Source);
    }

    [Fact]
    public void A_cell_is_found_by_its_place()
    {
        PaperCell cell = PaperTables.Find(5, "resnet20", 1, "cifar10", 0.8, "lth", 5, null)!;
        Assert.Equal((92.12, 0.25), (cell.Mean, cell.Std!.Value));
        Assert.Equal(90.42, PaperTables.Find(15, "resnet20", 1, "cifar10", 0.8, "permuted", 20, 50)!.Mean);
        Assert.Null(PaperTables.Find(5, "resnet20", 2, "cifar10", 0.8, "lth", 5, null));
        Assert.Null(PaperTables.Find(10, "resnet50", 1, "imagenet", 0.8, "lth", 10, null, "top1_accuracy_percent")!.Std);
    }

    [Theory]
    [
        InlineData("resnet20", "resnet20", 1),
        InlineData("resnet20:width=4", "resnet20", 4),
        InlineData("resnet20:width=0.5", "resnet20", 0.5),
        InlineData("vgg11", "vgg11", 1)
    ]
    [InlineData("resnet20:depth=3", "resnet20:depth=3", 1), InlineData("resnet20:width=4,x=1", "resnet20:width=4,x=1", 1)]
    public void Names_of_networks_are_read(string name, string model, double width) => Assert.Equal((model, width), ModelName.Parse(name));

    [Fact]
    public void The_full_schedule_has_the_papers_rewind_epochs_and_no_others()
    {
        var schedule = new PaperSchedule("cifar10", [5], 1);
        Assert.Equal(5, schedule.Find("resnet20", "lth", 0.8, 5, null)!.RewindEpoch);
        Assert.Null(schedule.Find("resnet20", "lth", 0.8, 6, null));
        Assert.Equal(6, schedule.Find("resnet20:width=4", "naive", 0.9, 5, null)!.Table);
        Assert.Null(schedule.Find("resnet20", "shuffled-units", 0.8, 5, null));
        Assert.Equal(92.76, schedule.Find("resnet20", "dense-b", 0, null, null)!.Mean);
    }

    [
        Theory,
        InlineData(0.1, 2, 20),
        InlineData(0.1, 10, 100),
        InlineData(0.1, 0, 0),
        InlineData(0.1, 1, 10),
        InlineData(0.02, 2, 100),
        InlineData(0.02, 1, 50)
    ]
    public void A_scaled_schedule_is_traced_back_to_the_nearest_rewind_epoch(double factor, int ours, int theirs) =>
        Assert.Equal(theirs, new PaperSchedule("cifar10", [5], factor).Find("resnet20", "lth", 0.8, ours, null)!.RewindEpoch);

    [Fact]
    public void Early_matching_is_found_in_table_15_and_late_matching_in_the_table_asked_for()
    {
        Assert.Equal(50, new PaperSchedule("cifar10", [15], 1).Find("resnet20", "permuted", 0.8, 20, 50)!.MatchingEpoch);
        Assert.Equal(5, new PaperSchedule("cifar10", [5], 1).Find("resnet20", "permuted", 0.8, 20, 200)!.Table);
        Assert.Equal(15, new PaperSchedule("cifar10", [15], 1).Find("resnet20", "permuted", 0.8, 20, 200)!.Table);
        Assert.Equal(
            10,
            new PaperSchedule("cifar10", [15], 0.1).Find("resnet20", "permuted", 0.8, 2, 1)!.MatchingEpoch is { } t ? t * 2 : 0
        );
    }

    [Fact]
    public void The_length_of_what_was_trained_counts_more_than_what_the_run_says_of_itself()
    {
        RunResults full = Fixtures.Finished;
        Assert.True(PaperSchedule.Of(full).IsFull);
        // A grid of one's own of 20 epochs, not scaled from anything: its k = 2 is the paper's 20.
        RunResults own = Fixtures.OneSeed with
        {
            Run = Fixtures.OneSeed.Run with { Scale = 1 },
        };
        Assert.Equal(0.1, PaperSchedule.Of(own).Factor);
        // Dense curves under way say nothing yet.
        Assert.True(PaperSchedule.Of(own with { Cells = [] }).IsFull);
    }
}
