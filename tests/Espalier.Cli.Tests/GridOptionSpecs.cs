using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Design.Recipes;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>What the options of a command line make of a grid.</summary>
public class GridOptionSpecs
{
    private static readonly Grid s_file = GridFile.Parse(
        """
        { "recipe": "released", "data_set": "cifar10", "options": { "epochs": 10, "round_epochs": 2 } }
        """,
        "mine.json"
    );

    [Fact]
    public void Constants_of_the_files_recipe_are_those_of_the_images_that_are_run_on()
    {
        Assert.Equal("imagenet", Apply(s_file).Options.Normalization);
        Grid other = Apply(s_file, "--dataset", "cifar100");
        Assert.Null(other.Options.Normalization);
        Assert.Equal(
            NamedRecipes.Released("cifar100").With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Epochs = 2 }),
            other.Options
        );
        Assert.Equal(60_000, Apply(s_file, "--dataset", "mnist").Options.Matching.Images);
    }

    [Fact]
    public void Another_recipe_keeps_what_the_file_sets()
    {
        Grid paper = Apply(s_file, "--recipe", "paper");
        Assert.Equal(NamedRecipes.Paper.With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Epochs = 2 }), paper.Options);
        Assert.Equal("paper", paper.Recipe);
    }

    [Fact]
    public void Settings_have_the_last_word()
    {
        Grid grid = Apply(
            Preset.Of("table5").Grid,
            "--set",
            "normalization=null",
            "--recipe",
            "released",
            "--set",
            "match_augmented=false"
        );
        Assert.Equal(NamedRecipes.Released("cifar10") with { Normalization = null, MatchAugmented = false }, grid.Options);
        Assert.Equal(grid.Options, GridFile.Parse(GridFile.Text(grid), "grid.json").Options);
    }

    private static Grid Apply(Grid grid, params string[] args)
    {
        GridOptionSet options = new(new Output(TextWriter.Null, TextWriter.Null));
        var command = new RootCommand();
        options.AddTo(command);
        return options.Apply(command.Parse(args), grid);
    }
}
