using System.Reflection;
using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Design.Recipes;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>What a run is told, its workers are told: every option, whatever its value, travels through the run's grid.json.</summary>
public class RecipeTravelSpecs
{
    public static IEnumerable<TheoryDataRow<string, string>> Recipes =>
        from name in NamedRecipes.Names
        from data in DataSets.Names
        select new TheoryDataRow<string, string>(name, data);

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Every_option_of_a_recipe_reaches_the_workers_with_whatever_value(string recipe, string dataSet)
    {
        using var folder = new TempFolder();
        Recipe start = NamedRecipes.Of(recipe, dataSet);
        int tried = 0;
        foreach (PropertyInfo property in typeof(Recipe).GetProperties().Where(p => p.CanWrite))
        foreach (object? value in Values(property))
        {
            Recipe options = start with { };
            property.SetValue(options, value);
            var grid = new Grid
            {
                Recipe = recipe,
                DataSet = dataSet,
                Options = options,
            };
            GridFile.Write(folder["grid.json"], grid);
            Grid read = GridFile.Read(folder["grid.json"]);
            Assert.Equal(options, read.Options);
            Assert.Equal(GridFile.Text(grid), GridFile.Text(read));
            tried++;
        }
        Assert.True(tried > 70);
    }

    [Fact]
    public void An_option_can_be_set_to_nothing_on_the_command_line_and_stays_so()
    {
        Grid grid = Preset.Of("table5").Grid.Under("released", "cifar10");
        Assert.Equal("imagenet", grid.Options.Normalization);
        Grid without = grid with { Options = GridFile.Set(grid.Options, ["normalization=null"]) };
        Assert.Null(without.Options.Normalization);
        string[] Ids(Grid of) => [.. Planner.Of(of with { Seeds = [0] }).Stages.Select(stage => stage.Id)];
        Grid read = GridFile.Parse(GridFile.Text(without), "grid.json");
        Assert.Equal(Ids(without), Ids(read));
        Assert.NotEqual(Ids(grid), Ids(read));
    }

    [Fact]
    public void A_file_written_before_nulls_were_spelled_out_means_what_it_meant() =>
        Assert.Equal(NamedRecipes.Paper, GridFile.Parse("""{ "recipe": "paper", "options": { "epochs": 200 } }""", "grid.json").Options);

    [Fact]
    public void Constants_of_a_recipe_follow_the_images_that_are_run_on()
    {
        Grid file = GridFile.Parse("""{ "recipe": "released", "data_set": "cifar10", "options": { "epochs": 10 } }""", "mine.json");
        Assert.Equal("imagenet", file.Options.Normalization);
        Grid other = file.Under("released", "cifar100");
        Assert.Equal(NamedRecipes.Released("cifar100") with { Epochs = 10 }, other.Options);
        Assert.Equal(("cifar100", "released"), (other.DataSet, other.Recipe));
        Assert.Equal(file.Options, other.Under("released", "cifar10").Options);
        // What the run wrote down is a grid to run as well.
        Assert.Equal(other.Options, GridFile.Parse(GridFile.Text(file), "grid.json").Under("released", "cifar100").Options);
    }

    [Fact]
    public void Another_recipe_keeps_what_was_set_by_hand()
    {
        Grid file = GridFile.Parse("""{ "options": { "epochs": 10, "round_momentum": 0.5, "normalization": "0.5/0.5" } }""", "mine.json");
        Grid released = file.Under("released", "cifar10");
        Assert.Equal(
            NamedRecipes.Released("cifar10") with
            {
                Epochs = 10,
                RoundMomentum = 0.5,
                Normalization = "0.5/0.5",
            },
            released.Options
        );
        Assert.Equal(file.Options, released.Under("paper", file.DataSet).Options);
        Assert.Same(file, file.Under("paper", file.DataSet));
    }

    private static IEnumerable<object?> Values(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        IEnumerable<object?> some =
            type.IsEnum ? Enum.GetValues(type).Cast<object>()
            : type == typeof(bool) ? [false, true]
            : type == typeof(int) ? [0, 1, 7, 50_000]
            : type == typeof(double) ? [0.0, 1.0 / 3, 1e-9, 5e-324, 12345.678]
            : type == typeof(string) ? ["imagenet", "0.1,0.2,0.3/0.4,0.5,0.6", "null", "\"ä\"\n"]
            : throw new NotSupportedException($"{property.Name} is of a type this test knows no values of");
        return GridSchema.IsNullable(property) ? some.Append(null) : some;
    }
}
