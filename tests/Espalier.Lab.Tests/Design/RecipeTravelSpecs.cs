using System.Reflection;
using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Design.Recipes;
using Espalier.Pruning;
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
        foreach (RecipeKey key in RecipeKeys.All)
        foreach (object? value in Values(key))
        {
            Recipe options = key.Set(start, value);
            Assert.Equal(value, key.Of(options));
            // An option stands in one place: no other one reads it, and without it the recipe is what it was.
            Assert.All(RecipeKeys.All, other => Assert.True(other == key || Equals(other.Of(start), other.Of(options))));
            Assert.Equal(start, key.Set(options, key.Of(start)));
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
            RecipeKeys.MustSay(options);
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
        Assert.Equal(NamedRecipes.Released("cifar100").With(training: t => t with { Epochs = 10 }), other.Options);
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
            NamedRecipes.Released("cifar10").With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Momentum = 0.5 }) with
            {
                Normalization = "0.5/0.5",
            },
            released.Options
        );
        Assert.Equal(file.Options, released.Under("paper", file.DataSet).Options);
        Assert.Same(file, file.Under("paper", file.DataSet));
    }

    [Fact]
    public void What_a_record_says_beyond_the_options_is_refused_and_not_lost()
    {
        int said = 0,
            refused = 0;
        foreach (Recipe changed in Changed(NamedRecipes.Paper, typeof(Recipe)).Cast<Recipe>())
        {
            Assert.NotEqual(NamedRecipes.Paper, changed);
            if (RecipeKeys.All.Any(key => !Equals(key.Of(changed), key.Of(NamedRecipes.Paper))))
            {
                RecipeKeys.MustSay(changed);
                said++;
            }
            else
            {
                string message = Assert.Throws<InputException>(() => Planner.Of(new Grid { Options = changed })).Message;
                Assert.Contains("no option of a recipe", message);
                refused++;
            }
        }
        Assert.Equal(RecipeKeys.All.Count, said);
        Assert.True(refused > 20, $"{refused} values of the records are no option");
    }

    /// <summary>A record with one value changed, among those that it holds and those that they hold, each in turn.</summary>
    private static IEnumerable<object> Changed(object record, Type type)
    {
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.CanWrite))
        {
            object? now = property.GetValue(record);
            bool isRecord = now is not null && IsRecord(property.PropertyType) && property.PropertyType != typeof(Augmentation);
            foreach (object other in isRecord ? Changed(now!, property.PropertyType) : [Another(property.PropertyType, now)])
            {
                object copy = type.GetMethod("<Clone>$")!.Invoke(record, null)!;
                property.SetValue(copy, other);
                yield return copy;
            }
        }
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static object Another(Type type, object? now) =>
        type == typeof(IReadOnlyList<int>) ? new[] { 1 }
        : type == typeof(Augmentation) ? Augmentation.Standard
        : type == typeof(OwnValues) ? OwnValues.None.With("nobody_s", 1)
        : now is null && IsRecord(type) ? Activator.CreateInstance(type)!
        : Values(Nullable.GetUnderlyingType(type) ?? type).First(value => !Equals(value, now))!;

    private static IEnumerable<object?> Values(RecipeKey key)
    {
        IEnumerable<object?> some = Values(Nullable.GetUnderlyingType(key.Type) ?? key.Type);
        return key.MayBeNull ? some.Append(null) : some;
    }

    private static IEnumerable<object?> Values(Type type) =>
        type.IsEnum ? Enum.GetValues(type).Cast<object>()
        : type == typeof(bool) ? [false, true]
        : type == typeof(int) ? [0, 1, 7, 50_000]
        : type == typeof(long) ? [0L, 7L]
        : type == typeof(double) ? [0.0, 1.0 / 3, 1e-9, 5e-324, 12345.678]
        : type == typeof(string) ? ["imagenet", "0.1,0.2,0.3/0.4,0.5,0.6", "null", "\"ä\"\n"]
        : type == typeof(IPruningCriterion) ? PruningCriteria.All
        : throw new NotSupportedException($"This test knows no values of {type}");
}
