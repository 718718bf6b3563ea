using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Xunit;

namespace Espalier.Lab.Tests.Design;

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
            Options = NamedRecipes
                .Released("cifar10")
                .With(
                    training: t => t with { Epochs = 18, Precision = Espalier.Execution.Precision.Float32 },
                    updates: u => u with { Times = u.Times with { Every = 2 } }
                ) with
            {
                Augment = false,
                TrainImages = 1000,
            },
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
        Grid grid = GridFile.Parse(
            """
            {
              /* mine */ "recipe": "released", "data_set": "cifar10",
              "seeds": "0-2,7", "methods": ["b-imp"], "options": { "epochs": 3, },
            }
            """,
            "mine"
        );
        Assert.Equal([0, 1, 2, 7], grid.Seeds);
        Assert.Equal([Methods.BImp], grid.Methods);
        Assert.Equal(NamedRecipes.Released("cifar10").With(training: t => t with { Epochs = 3 }), grid.Options);
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
        Assert.Contains(
            "mine.json",
            message
                .Replace("papr", "mine.json papr", StringComparison.Ordinal)
                .Replace("range", "range mine.json", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("epochs\": 9", "epochs\": 1.5", 4, "epochs is 1.5; expected a whole number.")]
    [InlineData("epochs\": 9", "epochs\": \"9\"", 4, "epochs is \"9\"; expected a whole number.")]
    [InlineData("epochs\": 9", "epochs\": null", 4, "epochs is null; expected a whole number.")]
    [InlineData("epochs\": 9", "augment\": 1", 4, "augment is 1; expected true or false, or null.")]
    [InlineData(
        "epochs\": 9",
        "schedule\": \"cosine-by-epoch\"",
        4,
        "schedule: There is no value 'cosine-by-epoch'; did you mean 'cosine-by-epochs'? (known: cosine-by-steps, "
            + "cosine-by-epochs, constant)."
    )]
    [InlineData("epochs\": 9", "criterion\": \"snap\"", 4, "criterion: There is no value 'snap'; did you mean 'snip'?")]
    [InlineData("epochs\": 9", "criterion\": null", 4, "criterion is null; expected magnitude, layer-magnitude, snip, ")]
    [InlineData("epochs\": 9", "normalization\": 3", 4, "normalization is 3; expected a text, or null.")]
    [InlineData("epochs\": 9", "learning_rate\": 1e999", 4, "learning_rate is 1e999; expected a number.")]
    [InlineData("epochs\": 9", "epoch\": 9", 4, "There is no option 'epoch'; did you mean 'epochs'? (known: epochs, ")]
    [InlineData("lth", "naiv", 2, "methods[0]: There is no value 'naiv'; did you mean 'naive'? (known: ")]
    [InlineData("[\"lth\"]", "\"lth\"", 2, "methods is \"lth\"; expected a list, each of its entries ")]
    [InlineData("0.9", "\"a lot\"", 3, "sparsities[0] is \"a lot\"; expected a number.")]
    [InlineData("by=weights", "by=wait", 5, "match_variants[0]: There is no value of by 'wait'")]
    [InlineData("\"by=weights\"", "7", 5, "match_variants[0] is 7; expected a text such as \"by=weights against=rewind\".")]
    [InlineData("\"0-2\"", "\"2-0\"", 6, "'2-0' in seeds '2-0' is neither")]
    [InlineData("paper", "papers", 7, "There is no recipe 'papers'; did you mean 'paper'?")]
    [InlineData("\"seeds\"", "\"sparsities\"", 6, "'sparsities' stands twice in one object.")]
    [InlineData("\"seeds\":", "\"seeds\"", 6, "it is no JSON: ")]
    [InlineData("\"recipe\": \"paper\"", "\"nodes\": []", 1, "this describes a network, and no grid")]
    public void A_fault_is_named_with_its_line_its_field_and_what_may_stand_there(string what, string becomes, int line, string says)
    {
        const string Good = """
            {
              "methods": ["lth"],
              "sparsities": [0.9],
              "options": { "epochs": 9 },
              "match_variants": ["by=weights"],
              "seeds": "0-2",
              "recipe": "paper",
            }
            """;
        _ = GridFile.Parse(Good, "mine.json");
        string message = Assert
            .Throws<InputException>(() => GridFile.Parse(Good.Replace(what, becomes, StringComparison.Ordinal), "mine.json"))
            .Message;
        Assert.StartsWith($"mine.json, line {line}: {says}", message);
        foreach (string foreign in new[] { "System.", "Espalier", "Int32", "Double", "Path:", "LineNumber" })
            Assert.DoesNotContain(foreign, message);
    }

    [Theory]
    [InlineData("epochs=1.5", "'epochs=1.5': epochs is 1.5; expected a whole number.")]
    [InlineData("epochs=many", "'epochs=many': epochs is \"many\"; expected a whole number.")]
    [InlineData("learning-rate=0,05", "'learning-rate=0,05': learning_rate is \"0,05\"; expected a number.")]
    [InlineData("match_taps=lats", "'match_taps=lats': match_taps: There is no value 'lats'; did you mean 'last'?")]
    [InlineData("augment=yes", "'augment=yes': augment is \"yes\"; expected true or false, or null.")]
    [InlineData("epoch=1", "There is no option 'epoch'; did you mean 'epochs'?")]
    [InlineData("epochs", "'epochs' sets nothing")]
    public void A_wrong_setting_is_refused_in_the_same_words(string setting, string says) =>
        Assert.StartsWith(says, Assert.Throws<InputException>(() => GridFile.Set(NamedRecipes.Paper, [setting])).Message);

    [Theory]
    [InlineData("normalization=imagenet", "imagenet")]
    [InlineData("normalization=\"imagenet\"", "imagenet")]
    [InlineData("normalization=0.5/0.5", "0.5/0.5")]
    [InlineData("normalization=null", null)]
    public void A_text_may_be_set_with_or_without_quotes(string setting, string? expected) =>
        Assert.Equal(expected, GridFile.Set(NamedRecipes.Released("cifar10"), [setting]).Normalization);

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
