using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;
using Espalier.Pruning;
using OneOfYourOwn;

namespace Espalier.Reports.Tests;

/// <summary>What a method that the library knows nothing of may say, and what is refused.</summary>
public sealed class OwnMethodSpecs
{
    private static readonly Method s_magnitude = MagnitudeAtStart.Method with { Name = "magnitude-unheard-of" };

    private static readonly Grid s_tiny = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.5],
        RewindEpochs = [1],
        Methods = [Methods.Lth, Methods.Naive, s_magnitude, Methods.BImp],
        Evaluate = EvaluatedNetworks.None,
        Options = new Recipe { TrainImages = 128 }.With(
            training: t => t with { Epochs = 2, BatchSize = 32 },
            pruning: p => p with { RoundFraction = 0.5 },
            fineTuning: t => t with { Epochs = 1 },
            updates: u => u with { Times = u.Times with { Every = 1 } }
        ),
    };

    [Fact]
    public void Its_start_updates_and_rescaling_are_its_own()
    {
        Method changing = s_magnitude with
        {
            Name = "changing",
            Start = StartWeights.A,
            Updates = point => point.Recipe.DropAndGrow(Growth.Random),
            RescaleFanIn = true,
        };
        string[] options =
        [
            .. new[] { s_magnitude, changing }
                .Select(method => Planner.Of(s_tiny with { Methods = [method] }).Cells.Single(cell => cell.Method == method.Name).Stage)
                .Select(stage => $"{stage.Inputs[0].Title}; {System.Text.Json.JsonSerializer.Serialize(stage.Options)}"),
        ];
        Assert.StartsWith("B seed 0", options[0]);
        Assert.StartsWith("A seed 0", options[1]);
        Assert.Contains("\"Updates\":null,\"RescaleFanIn\":null", options[0]);
        Assert.Contains("\"RescaleFanIn\":true", options[1]);
        Assert.Contains("\"Growth\":", options[1]);
    }

    [Theory]
    [InlineData("lth", "a name that is not the library's")]
    [InlineData("dense-a", "a name that is not the library's")]
    [InlineData("permuted by=weights", "a name of letters")]
    [InlineData("", "a name of letters")]
    [InlineData("a,b", "a name of letters")]
    public void A_name_that_stands_for_something_else_is_refused(string name, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<InputException>(() => Planner.Of(s_tiny with { Methods = [s_magnitude with { Name = name }] })).Message
        );

    [Fact]
    public void A_mask_that_changes_and_is_none_is_refused()
    {
        Method none = s_magnitude with { Mask = null, Updates = point => point.Recipe.DropAndGrow(Growth.Random) };
        Assert.Contains(
            "changes a mask in training that it does not have",
            Assert.Throws<InputException>(() => Planner.Of(s_tiny with { Methods = [none] })).Message
        );
    }

    [Fact]
    public void A_file_that_names_it_says_that_there_is_no_such_method() =>
        Assert.Contains(
            "There is no value 'magnitude-unheard-of'",
            Assert.Throws<InputException>(() => GridFile.Parse(GridFile.Text(s_tiny), "my grid")).Message
        );

    [Fact]
    public void A_method_that_reads_more_of_B_than_it_says_is_a_mistake_of_its_maker()
    {
        Method hasty = s_magnitude with { Name = "hasty", Mask = point => new PrunedMask(point.PrunedB) };
        Assert.Throws<InvalidOperationException>(() => Planner.Of(s_tiny with { Methods = [hasty] }));
        Assert.Equal(2, Planner.Of(s_tiny with { Methods = [hasty with { ReadsOfB = ReadOfB.End }] }).Stages.OfType<DenseStage>().Count());
    }
}
