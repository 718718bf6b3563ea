using System.CommandLine;
using System.CommandLine.Parsing;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Options;

/// <summary>Options that change a grid: what is run, and by which schedule.</summary>
/// <param name="output">Gets a note of every damaged image.</param>
internal sealed class GridOptionSet(Output output)
{
    public Option<string?> DataSet { get; } =
        new("--dataset")
        {
            Description =
                $"Other images: {string.Join(", ", DataSets.Names)}; or your own, as folder:DIR, imagenet:DIR, packed:FILE or "
                + "arrays:FILE, of which the run keeps "
                + "what identifies them, not where they lie.",
        };

    public OwnImageOptionSet Own { get; } = new(output);

    public Option<int?> TestImages { get; } = new("--test-images") { Description = "Of images of your own: only this many test images." };

    public Option<string?> Models { get; } =
        new("--model") { Description = "Other networks, separated by semicolons: mlp, resnet20:width=4, a .json file." };

    public Option<string?> Seeds { get; } = new("--seeds") { Description = "Seeds, such as 0-2 or 0,3,5." };

    public Option<double[]> Sparsities { get; } =
        new("--sparsity")
        {
            Description = "Sparsities of the prunable weights, such as 0.9,0.97.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Lists.Numbers,
        };

    public Option<int[]> Rewind { get; } =
        new("--rewind")
        {
            Description = "Rewind epochs k, such as 0,20.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Lists.Integers,
        };

    public Option<int[]> MatchEpochs { get; } =
        new("--match-epochs")
        {
            Description = "Epochs of B at which it is matched; default: the last.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Lists.Integers,
        };

    public Option<string?> Methods { get; } =
        new("--methods")
        {
            Description = $"Methods, separated by commas: {string.Join(", ", Lab.Design.Methods.All.Select(m => m.Name))}; or all.",
        };

    public Option<string?> Variants { get; } =
        new("--match-variants")
        {
            Description =
                "Other ways to find π, each as a method, separated by semicolons, such as \"by=weights against=rewind of=pruned; "
                + "by=combined\".",
        };

    public Option<bool> Controls { get; } = new("--controls") { Description = "The controls too." };

    public Option<string?> Studies { get; } =
        new("--studies")
        {
            Description =
                $"What to measure between networks, separated by commas: "
                + $"{string.Join(", ", Lab.Design.Studies.All.Select(s => s.Name()))}; or all.",
        };

    public Option<string?> Members { get; } =
        new("--members") { Description = "Methods whose networks the study diversity looks at; default: lth,permuted,naive." };

    public Option<string?> Recipe { get; } =
        new("--recipe")
        {
            Description = $"What the paper's text says, or what its released code does: {string.Join(", ", NamedRecipes.Names)}.",
        };

    public Option<int?> Epochs { get; } = new("--epochs") { Description = "T, epochs of dense training." };

    public Option<int?> RoundEpochs { get; } = new("--round-epochs") { Description = "Epochs of fine-tuning a pruning round." };

    public Option<string[]> Settings { get; } =
        new("--set")
        {
            Description = $"Any option of the recipe as name=value: {string.Join(", ", GridFile.OptionKeys)}.",
            AllowMultipleArgumentsPerToken = false,
            Arity = ArgumentArity.OneOrMore,
        };

    public Option<double?> Scale { get; } =
        new("--scale") { Description = "Multiply all numbers of epochs, such as 0.1; at least 1 epoch each." };

    public Option<string?> Only { get; } =
        new("--only") { Description = "Only some cells and studies, such as \"sparsity=0.97,method=naive|permuted\" or \"study=plane\"." };

    public void AddTo(Command command)
    {
        foreach (
            Option option in (Option[])
                [
                    DataSet,
                    .. Own.All,
                    TestImages,
                    Models,
                    Seeds,
                    Sparsities,
                    Rewind,
                    MatchEpochs,
                    Methods,
                    Variants,
                    Controls,
                    Studies,
                    Members,
                    Recipe,
                    Epochs,
                    RoundEpochs,
                    Settings,
                    Scale,
                    Only,
                ]
        )
            command.Options.Add(option);
    }

    private static Method[] MethodsOf(string names) =>
        [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Lab.Design.Methods.Parse)];

    /// <summary>Where the images lie; null where they are known by their name, or where nobody says.</summary>
    public ImagePlace? PlaceOf(ParseResult parsed, Grid grid)
    {
        string name = parsed.GetValue(DataSet) ?? grid.DataSet;
        return OwnImages.Are(name) ? Own.PlaceOf(parsed, name)
            : ImageNet.Is(name) && FolderOf(parsed) is { } folder ? Own.PlaceOf(parsed, ImageNet.In(folder))
            : null;
    }

    /// <summary>The folder of images that the command line names; null where it names none.</summary>
    private static string? FolderOf(ParseResult parsed) =>
        parsed
            .CommandResult.Children.OfType<OptionResult>()
            .FirstOrDefault(given => given.Option.Name == "--data")
            ?.GetValueOrDefault<string?>();

    /// <summary>The grid as the command line changes it; images of a user's own are looked at.</summary>
    public Grid Apply(ParseResult parsed, Grid grid)
    {
        string images = parsed.GetValue(DataSet) ?? grid.DataSet;
        if (PlaceOf(parsed, grid) is { } place)
        {
            OwnData own = Own.Of(parsed, place.Name, grid.Images);
            if (ImageNet.Is(images))
                own = own with { Size = own.Size ?? $"{ImageNet.SideOf(images)}" };
            own = own with { TestImages = parsed.GetValue(TestImages) ?? own.TestImages };
            grid = (grid with { Images = own, DataSet = grid.Images?.Facts is null ? images : grid.DataSet }).Looking(place);
            images = grid.DataSet;
        }
        else
        {
            Own.MustAct(parsed, images);
            Given.Refuse(parsed, TestImages, $"means nothing for {images}: it is for images of your own, such as folder:DIR");
        }
        grid = grid.Under(parsed.GetValue(Recipe) ?? grid.Recipe, images);
        if (parsed.GetValue(Models) is { } models)
            grid = grid with { Models = models.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) };
        if (parsed.GetValue(Seeds) is { } seeds)
            grid = grid with { Seeds = Ranges.Parse(seeds, "--seeds") };
        if (parsed.GetValue(Sparsities) is { Length: > 0 } sparsities)
            grid = grid with { Sparsities = sparsities };
        if (parsed.GetValue(Rewind) is { Length: > 0 } rewind)
            grid = grid with { RewindEpochs = rewind };
        if (parsed.GetValue(MatchEpochs) is { Length: > 0 } match)
            grid = grid with { MatchEpochs = match };
        if (parsed.GetValue(Methods) is { } methods)
            grid = grid with { Methods = methods == "all" ? Lab.Design.Methods.All : MethodsOf(methods) };
        if (parsed.GetValue(Members) is { } members)
            grid = grid with { Members = MethodsOf(members) };
        if (parsed.GetValue(Variants) is { } variants)
            grid = grid with
            {
                MatchVariants =
                [
                    .. variants
                        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                        .Select(MatchVariant.Parse),
                ],
            };
        if (parsed.GetValue(Controls))
            grid = grid with { Methods = [.. grid.Methods.Union(Lab.Design.Methods.WithControls)] };
        if (parsed.GetValue(Studies) is { } studies)
            grid = grid with
            {
                Studies =
                    studies == "all"
                        ? Lab.Design.Studies.All
                        :
                        [
                            .. studies
                                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                                .Select(Lab.Design.Studies.Parse),
                        ],
            };
        if (parsed.GetValue(Epochs) is { } epochs)
            grid = grid with { Options = grid.Options.With(training: t => t with { Epochs = epochs }) };
        if (parsed.GetValue(RoundEpochs) is { } rounds)
            grid = grid with { Options = grid.Options.With(fineTuning: t => t with { Epochs = rounds }) };
        if (parsed.GetValue(Settings) is { Length: > 0 } settings)
            grid = grid with { Options = GridFile.Set(grid.Options, settings) };
        return (parsed.GetValue(Scale) is { } scale ? grid.Scaled(scale) : grid).WithFilesKept();
    }

    /// <summary>The plan of the grid, or of the cells asked for.</summary>
    public Plan Plan(ParseResult parsed, Grid grid)
    {
        Plan plan = Planner.Of(grid);
        return parsed.GetValue(Only) is { } filter ? CellFilter.Keep(plan, filter) : plan;
    }
}
