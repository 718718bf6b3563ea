using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Networks;
using Espalier.Training;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>Table 10 and what belongs to it: the paper's tables 3 and 4 as a plan that needs no images.</summary>
public class ImageNetPresetSpecs
{
    [Fact]
    public void Table_10_has_the_schedules_of_tables_3_and_4()
    {
        Grid grid = Preset.Of("table10").Grid;
        Network network = grid.Sources().Single().Network;
        TrainingOptions dense = grid.Options.Dense(network),
            round = grid.Options.FineTuning(network),
            sparse = grid.Options.Sparse(network, 25);
        Assert.Equal((80, 1024, 0.4, 0.9, 1e-4), (dense.Epochs, dense.BatchSize, dense.LearningRate, dense.Momentum, dense.WeightDecay));
        Assert.Equal((20, 1024, 0.04, 0.9, 1e-4), (round.Epochs, round.BatchSize, round.LearningRate, round.Momentum, round.WeightDecay));
        Assert.Equal((55, 1024, 0.4, 1e-4), (sparse.Epochs, sparse.BatchSize, sparse.LearningRate, sparse.WeightDecay));
        Assert.Equal(25_557_032, network.ParameterCount); // torchvision's resnet50
        Assert.Equal((1_281_167, 50_000), (grid.Facts.TrainImages, grid.Facts.TestImages));
        Plan plan = Planner.Of(grid);
        Assert.Equal(27, plan.Cells.Count(cell => cell.RewindEpoch is not null)); // 3 sparsities, 3 rewind epochs, 3 methods: its cells
        Assert.Empty(Deviations.Of(grid));
    }

    [Fact]
    public void Random_parts_of_images_are_the_papers_and_windows_after_padding_are_not()
    {
        Grid grid = Preset.Of("table10").Grid;
        Assert.Empty(Deviations.Of(grid with { Options = grid.Options with { ResizedCrop = true } })); // as images of ImageNet set it
        Deviation padded = Assert.Single(Deviations.Of(grid with { Options = grid.Options with { ResizedCrop = false } }));
        Assert.Equal("resized_crop", padded.Option);
    }

    [Theory]
    [InlineData("256 pixels, JPEG quality 90", "imagenet", true)]
    [InlineData(null, "imagenet", false)]
    [InlineData("256 pixels, JPEG quality 90", "photographs", false)] // compared with nothing
    public void All_of_its_images_packed_smaller_are_called_what_they_are_and_differ_from_the_papers(
        string? packing,
        string name,
        bool differ
    )
    {
        var facts = new OwnDataFacts(
            new string('a', 64),
            [.. Enumerable.Range(0, 1000).Select(i => $"n{i:00000000}")],
            3,
            224,
            224,
            1_281_167,
            50_000,
            "imagenet"
        )
        {
            Packing = packing,
        };
        Assert.Equal("imagenet", facts.ImageNetName);
        Grid grid = Preset.Of("table10").Grid with
        {
            DataSet = name,
            Images = new OwnData { Facts = facts },
        };
        // A grid's file keeps it.
        Grid kept = GridFile.Parse(GridFile.Text(grid), "grid.json");
        Assert.Equal(packing, kept.Images!.Facts!.Packing);
        Assert.Equal(
            differ ? [new Deviation(Deviation.Packing, null, packing!)] : [],
            Deviations.Of(kept).Where(deviation => deviation.Option == Deviation.Packing)
        );
    }

    [Theory]
    [InlineData("figure7", 32)]
    [InlineData("figure11", 32)]
    public void Figures_7_and_11_are_drawn_of_its_cells(string name, int cells)
    {
        Plan table = Planner.Of(Preset.Of("table10").Grid),
            figure = Planner.Of(Preset.Of(name).Grid);
        Assert.Equal(cells, figure.Cells.Count);
        Assert.Equal(table.Stages.Select(stage => stage.Id), figure.Stages.Select(stage => stage.Id));
    }

    [Fact]
    public void Figure_3c_and_the_width_study_measure_barriers()
    {
        Plan barrier = Planner.Of(Preset.Of("figure3c").Grid);
        Assert.NotEmpty(barrier.Studies.OfType<PlannedBarrier>());
        Assert.DoesNotContain(barrier.Stages, stage => stage is PruneStage or SparseStage);
        Plan widths = Planner.Of(Preset.Of("width-study").Grid with { Seeds = [0] });
        Assert.Equal(4, widths.Studies.OfType<PlannedBarrier>().Select(study => study.Model).Distinct().Count());
        Assert.Equal(4, widths.Cells.Where(cell => cell.Method == "permuted").Select(cell => cell.Model).Distinct().Count());
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    public void One_gpu_has_a_recipe_at_160_pixels_and_it_says_that_it_is_not_the_papers(string model)
    {
        Grid grid = Preset.Of("imagenet-160").Grid with { Models = [model] };
        Assert.Equal(Shape.Maps(3, 160, 160), grid.Sources().Single().Network.InputShape);
        Assert.NotEmpty(Planner.Of(grid).Cells);
        Assert.Contains(Deviations.Of(grid), deviation => deviation.Option == Deviation.Recipe);
        Assert.Contains(Deviations.Of(grid), deviation => deviation.Option == "batch_size");
    }

    [Fact]
    public void Scaled_it_keeps_an_epoch_of_everything_and_rewinds_within_T()
    {
        Grid grid = Preset.Of("table10").Grid.Scaled(0.03).Validated();
        Assert.Equal((2, 1), (grid.Options.Epochs, grid.Options.Pruning.FineTuning.Epochs));
        Assert.All(grid.RewindEpochs, k => Assert.InRange(k, 0, 1));
    }

    [Fact]
    public void Its_images_are_asked_for_where_they_are_needed()
    {
        string said = Assert.Throws<InputException>(() => DataSets.Open("imagenet", "nowhere")).Message;
        Assert.Contains("--data", said);
        Assert.Contains("train/", said);
    }
}
