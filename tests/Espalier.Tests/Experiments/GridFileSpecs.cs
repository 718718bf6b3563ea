using Espalier.Experiments.Plans;
using Espalier.Experiments.Recipes;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Experiments;

public class GridFileSpecs
{
    [Fact]
    public void A_grid_survives_being_written_and_read()
    {
        using TempFolder folder = new();
        var grid = new Grid
        {
            Name = "all",
            Tables = [5],
            DataSet = "cifar10",
            Models = ["resnet20", "resnet20:width=4"],
            Seeds = [3, 1],
            Sparsities = [0.5],
            RewindEpochs = [0, 7],
            Methods = Methods.All,
            MatchEpochs = [3, 9],
            Evaluate = EvaluatedNetworks.All,
            Recipe = "released",
            Scale = 0.25,
            Options = NamedRecipes.Released("cifar10") with { Epochs = 9, Augment = false, TrainImages = 1000, UpdateEvery = 2, Precision = Espalier.Execution.Precision.Float32 },
        };
        GridFile.Write(folder["grid.json"], grid);
        Grid read = GridFile.Read(folder["grid.json"]);
        Assert.Equal(grid.Options, read.Options);
        Assert.Equivalent(grid, read, strict: true);
        Assert.Equal(Planner.Of(grid).Stages.Select(stage => stage.Id), Planner.Of(read).Stages.Select(stage => stage.Id));
    }

    [Fact]
    public void What_a_file_leaves_out_is_as_the_recipe_has_it()
    {
        Grid grid = GridFile.Parse("""{ /* mine */ "recipe": "released", "data_set": "cifar10", "seeds": "0-2,7", "methods": ["b-imp"], "options": { "epochs": 3, }, }""", "mine");
        Assert.Equal([0, 1, 2, 7], grid.Seeds);
        Assert.Equal([Method.BImp], grid.Methods);
        Assert.Equal(NamedRecipes.Released("cifar10") with { Epochs = 3 }, grid.Options);
    }

    [Theory]
    [InlineData("{ \"sparsitys\": [] }", "sparsities")]
    [InlineData("{ \"options\": { \"epoch\": 3 } }", "epochs")]
    [InlineData("{ \"options\": 3 }", "object")]
    [InlineData("{ \"options\": { \"epochs\": 1.5 } }", "whole number")]
    [InlineData("{ \"options\": { \"schedule\": \"cosine\" } }", "schedule")]
    [InlineData("{ \"recipe\": \"papr\" }", "paper")]
    [InlineData("{ \"seeds\": \"2-0\" }", "range")]
    [InlineData("{ \"seeds\": [0.5] }", "seeds")]
    [InlineData("{ \"models\": null }", "models")]
    [InlineData("{ \"sparsities\": 0.9 }", "sparsities")]
    [InlineData("[]", "object")]
    [InlineData("{ \"a\": 1, \"a\": 2 }", "a")]
    [InlineData("{", "JSON")]
    [InlineData("", "JSON")]
    public void A_wrong_grid_is_refused_with_a_sentence_that_names_what_is_wrong(string text, string about)
    {
        string message = Assert.Throws<InputException>(() => GridFile.Parse(text, "mine.json")).Message;
        Assert.Contains(about, message);
        Assert.Contains("mine.json", message.Replace("papr", "mine.json papr", StringComparison.Ordinal).Replace("range", "range mine.json", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0-2", new long[] { 0, 1, 2 })]
    [InlineData("5", new long[] { 5 })]
    [InlineData("1,3-4, 9", new long[] { 1, 3, 4, 9 })]
    [InlineData("-2", new long[] { -2 })]
    [InlineData("-2--1", new long[] { -2, -1 })]
    public void Ranges_are_read_as_people_write_them(string text, long[] expected) => Assert.Equal(expected, Ranges.Parse(text, "seeds"));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("1-")]
    [InlineData("1,,2")]
    [InlineData("3-1")]
    [InlineData("0-99999999999")]
    public void What_is_no_range_is_refused(string text) => Assert.Throws<InputException>(() => Ranges.Parse(text, "seeds"));
}
