using Espalier.Connectivity;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Networks;
using Espalier.Training;
using Espalier.Weights;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>What the released code does otherwise than the paper's text: each an option, each with the effect it is named for.</summary>
public class ReleasedRecipeSpecs
{
    private static readonly Shape Cifar = Shape.Maps(3, 32, 32);

    [Fact]
    public void The_learning_rate_stays_the_same_within_an_epoch_and_falls_along_a_cosine_from_one_to_the_next()
    {
        TrainingOptions released = NamedRecipes.Released("cifar10").Sparse(ResNet20.Build(Cifar, 10), 20),
            paper = NamedRecipes.Paper.Sparse(ResNet20.Build(Cifar, 10), 20);
        const int Steps = 390;
        for (int epoch = 0; epoch < 180; epoch++)
        {
            double[] factors =
            [
                .. Enumerable.Range(epoch * Steps, Steps).Select(step => released.Schedule.Factor(step, Steps, released.Epochs)),
            ];
            Assert.Single(factors.Distinct());
            Assert.Equal((1 + Math.Cos(Math.PI * epoch / 180)) / 2, factors[0], 1e-12);
        }
        Assert.Equal(
            Steps,
            Enumerable.Range(7 * Steps, Steps).Select(step => paper.Schedule.Factor(step, Steps, paper.Epochs)).Distinct().Count()
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_ends_of_repair_are_measured_with_batch_norm_statistics_of_the_images_if_asked(bool closedForm)
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        var options = new InterpolationOptions { Correction = closedForm ? Correction.ClosedForm : Correction.Repair };
        Interpolation plain = new(pair.A, pair.B, options, pair.Images),
            reestimated = new(pair.A, pair.B, options with { ReestimateEnds = true }, pair.Images);
        using WeightSet resetA = BatchNormReset.Run(pair.A, pair.Images),
            resetB = BatchNormReset.Run(pair.B, pair.Images);
        Interpolation between = new(resetA, resetB, options, pair.Images);
        foreach (double alpha in new[] { 0, 0.3, 0.5, 1 })
        {
            using WeightSet asked = reestimated.At(alpha),
                byHand = between.At(alpha),
                usual = plain.At(alpha);
            Assert.True(TrainedPair.Close(asked, byHand));
            Assert.False(TrainedPair.Close(asked, usual));
        }
        Assert.Contains(
            "REPAIR",
            Assert.Throws<InputException>(() => new InterpolationOptions { ReestimateEnds = true }.Validated()).Message
        );
    }

    [Fact]
    public void Each_deviation_is_an_option_that_the_report_names()
    {
        Grid grid = Preset.Of("table5").Grid.Under("released", "cifar10");
        string[] said = [.. Deviations.Of(grid).Select(deviation => $"{deviation.Option} is {deviation.InForce}")];
        foreach (
            string option in new[]
            {
                "schedule is cosine-by-epochs",
                "match_images is 50000",
                "match_augmented is true",
                "match_taps is final-stream-one-block-early",
                "reestimate_ends is true",
                "rewind_shift is 1",
                "round_momentum is 0",
                "round_weight_decay is 0",
                "sparsity_tolerance is 0.005",
                "normalization is imagenet",
                "drop_last is true",
            }
        )
            Assert.Contains(said, deviation => deviation == option);
        Assert.DoesNotContain(
            Deviations.Of(Preset.Of("table5").Grid),
            deviation => deviation.Option.StartsWith("match_", StringComparison.Ordinal)
        );
        Assert.Equal((50_000, 60_000), (NamedRecipes.Released("cifar100").Matching.Images, NamedRecipes.Released("mnist").Matching.Images));
    }

    [Fact]
    public void An_option_changes_the_stages_it_decides_and_no_other()
    {
        Grid paper = Preset.Of("figure4").Grid with { Studies = [Study.Barrier], Models = ["resnet20"], Seeds = [0, 1] };
        Dictionary<string, string> Of(string setting) =>
            Planner
                .Of(setting.Length == 0 ? paper : paper with { Options = GridFile.Set(paper.Options, [setting]) })
                .Stages.ToDictionary(stage => stage.Title, stage => stage.Id);
        string[] Changed(string setting) => [.. Of(setting).Except(Of("")).Select(pair => pair.Key.Split(' ')[0]).Distinct().Order()];
        Assert.Equal(["barrier", "match", "permuted"], Changed("match_augmented=true"));
        Assert.Equal(["barrier", "match", "permuted"], Changed("match_taps=final-stream-one-block-early"));
        Assert.Equal(["barrier"], Changed("reestimate_ends=true"));
        Assert.All(Of("reestimate_ends=true").Except(Of("")), pair => Assert.EndsWith("repair", pair.Key));
        // Each seed draws an order of its own, and that of the other seeds is no reason to match again.
        Stage[] matches =
        [
            .. Planner
                .Of(paper with { Options = GridFile.Set(paper.Options, ["match_augmented=true"]) })
                .Stages.Where(stage => stage is MatchStage),
        ];
        Assert.Equal(2, matches.Length);
        Assert.Equal([null, "1"], matches.Select(stage => stage.Describe()["options"]!["matching"]!["seed"]?.ToString()));
        Assert.Equal("""{"flip":true,"crop_padding":4}""", matches[0].Describe()["options"]!["matching"]!["shuffled"]!.ToJsonString());
    }
}
