using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;
using Espalier.Networks;

namespace Espalier.Lab.Design;

/// <summary>What to run: a recipe over every combination of networks, sparsities, rewind epochs, methods and seeds.</summary>
public sealed partial record Grid
{
    /// <summary>What reports call it.</summary>
    public string Name { get; init; } = "run";

    /// <summary>Numbers of the paper's tables with the same cells; none for a grid of one's own.</summary>
    public IReadOnlyList<int> Tables { get; init; } = [];

    /// <summary>The images.</summary>
    public string DataSet { get; init; } = Data.DataSets.Embedded;

    /// <summary>
    /// A user's own images: how their files become images, and, once they were looked at, what identifies them; <see cref="DataSet"/> is
    /// then what they are called, and no longer a place. Null for images that are known by their name.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OwnData? Images { get; init; }

    /// <summary>Networks, as <see cref="Networks.Models.Build"/> takes them.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["mlp"];

    /// <summary>
    /// Networks that the grid describes itself, by the names that <see cref="Models"/> has for them; none where all are built-in or files.
    /// </summary>
    public IReadOnlyDictionary<string, JsonObject>? Networks { get; init; }

    /// <summary>Seeds; each is a repetition with other networks A and B.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [0];

    /// <summary>Sparsities S of the prunable arrays.</summary>
    public IReadOnlyList<double> Sparsities { get; init; } = [0.80, 0.90, 0.95, 0.97];

    /// <summary>Rewind epochs k: completed epochs of dense training; 0 is the initialization.</summary>
    public IReadOnlyList<int> RewindEpochs { get; init; } = [20];

    /// <summary>Methods: of <see cref="Design.Methods"/>, or one's own.</summary>
    public IReadOnlyList<Method> Methods { get; init; } = Design.Methods.OfThePaper;

    /// <summary>Other ways to find π, each as a method beside the paper's.</summary>
    public IReadOnlyList<MatchVariant> MatchVariants { get; init; } = [];

    /// <summary>The <see cref="Methods"/> and the <see cref="MatchVariants"/>, which are methods too.</summary>
    [JsonIgnore]
    public IReadOnlyList<Method> AllMethods => [.. Methods, .. MatchVariants.Select(Design.Methods.Of)];

    /// <summary>What is measured between and beyond the trained networks.</summary>
    public IReadOnlyList<Study> Studies { get; init; } = [];

    /// <summary>
    /// Methods whose networks, one a seed with the first seed's ticket, the study <see cref="Study.Diversity"/> looks at, beside dense and
    /// pruned ones.
    /// </summary>
    public IReadOnlyList<Method> Members { get; init; } = [Design.Methods.Lth, Design.Methods.Permuted, Design.Methods.Naive];

    /// <summary>Epochs of B that π is found at; empty for T. If none is T, B is trained no longer than needed (appendix B).</summary>
    public IReadOnlyList<int> MatchEpochs { get; init; } = [];

    /// <summary>Which trained networks are evaluated once more, in float32 and on training images too.</summary>
    public EvaluatedNetworks Evaluate { get; init; } = EvaluatedNetworks.Dense;

    /// <summary>Name of the recipe that <see cref="Options"/> began as.</summary>
    public string Recipe { get; init; } = "paper";

    /// <summary>Every option of training, pruning and matching.</summary>
    public Recipe Options { get; init; } = NamedRecipes.Paper;

    /// <summary>The factor by which all numbers of epochs were multiplied; 1 if they are as given.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The <see cref="Models"/>, built, in their order.</summary>
    /// <exception cref="InputException">Unknown name or option, a file that cannot be read, or a network for other images.</exception>
    public IReadOnlyList<ModelSource> Sources() => ModelSource.All(Models, Facts, Networks);

    /// <summary>What is known of the images.</summary>
    /// <exception cref="InputException">There are none of this name, or they were not looked at yet.</exception>
    [JsonIgnore]
    public Data.DataSetFacts Facts => Images is null ? Data.DataSetFacts.Of(DataSet) : Source.Facts;

    /// <summary>The images of its stages.</summary>
    /// <exception cref="InputException">They are a user's own, and were not looked at yet.</exception>
    [JsonIgnore]
    public DataSource Source =>
        Images is null
            ? new(DataSet, Options.TrainImages, Options.Normalization)
            : DataSource.Of(DataSet, Images, Options.TrainImages, Options.Normalization);

    /// <summary>
    /// The same with what identifies a user's own images in the place of their path, which from then on only those need who compute.
    /// </summary>
    /// <param name="place">Where they lie now.</param>
    /// <exception cref="InputException">They are missing or damaged, or not those that the grid was made of.</exception>
    public Grid Looking(ImagePlace place)
    {
        OwnData own = Images ?? new OwnData();
        Data.DataSet set = own.Open(place, DataSet);
        if (own.Facts is not null)
            return this; // they are called what they were called
        // A folder may have the name of a data set; it is not compared with that one's numbers.
        // All of ImageNet is what it is, whatever its folder is called.
        var facts = OwnDataFacts.Of(set);
        string title =
            facts.ImageNetName ?? (Data.DataSets.Names.Contains(set.Name) || Data.ImageNet.Is(set.Name) ? $"{set.Name} (own)" : set.Name);
        return this with
        {
            DataSet = title,
            Images = own with { Facts = facts },
            Options = set.UsualAugmentation?.ResizedCrop is null ? Options : Options with { ResizedCrop = Options.ResizedCrop ?? true },
        };
    }

    /// <summary>
    /// The same with the networks of files described in the grid, under their titles: from then on the files are not needed.
    /// </summary>
    /// <exception cref="InputException">A file cannot be read, or describes a network for other images.</exception>
    public Grid WithFilesKept()
    {
        IReadOnlyList<ModelSource> all = Sources();
        if (!all.Any(model => model.IsFile))
            return this;
        var networks = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (ModelSource model in all)
            if (model.IsFile)
                networks[model.Title] = (JsonObject)JsonNode.Parse(NetworkJson.Write(model.Network))!;
            else if (Networks?.TryGetValue(model.Name, out JsonObject? own) == true)
                networks[model.Name] = own;
        return this with { Models = [.. all.Select(model => model.Title)], Networks = networks };
    }

    /// <summary>
    /// The same with all numbers of epochs multiplied: at least 1 for trainings, rewind epochs at least 0 and less than T, duplicates
    /// dropped.
    /// </summary>
    /// <exception cref="InputException">The factor is impossible.</exception>
    public Grid Scaled(double factor)
    {
        if (factor is not (> 0 and < 1e3))
            throw new InputException($"A scale of {factor} is impossible; expected more than 0 and less than 1000.");
        if (factor == 1)
            return this;
        Recipe options = Options.Scaled(factor);
        return this with
        {
            Options = options,
            Scale = Scale * factor,
            RewindEpochs =
            [
                .. RewindEpochs
                    .Select(k => Math.Min(Recipes.Recipe.Scale(k, factor, 0), options.Epochs - 1 - options.RewindShift))
                    .Where(k => k >= 0)
                    .DefaultIfEmpty(0)
                    .Distinct(),
            ],
            MatchEpochs = [.. MatchEpochs.Select(t => Math.Min(Recipes.Recipe.Scale(t, factor, 1), options.Epochs)).Distinct()],
        };
    }

    /// <summary>
    /// The same under another recipe, or with other images: options that are as its recipe has them for its images become as the new recipe
    /// has them for the new images; the others, which somebody has set, stay.
    /// </summary>
    /// <exception cref="InputException">There is no such recipe or data set.</exception>
    public Grid Under(string recipe, string dataSet)
    {
        if (recipe == Recipe && dataSet == DataSet)
            return this;
        Data.DataSetFacts Now() => dataSet == DataSet ? Facts : Data.DataSetFacts.Of(dataSet);
        return this with
        {
            Recipe = recipe,
            DataSet = Now().Name,
            Images = dataSet == DataSet ? Images : null,
            Options = GridFile.Follow(Options, NamedRecipes.For(Recipe, () => Facts), NamedRecipes.For(recipe, Now)),
        };
    }
}
