using Espalier.Data;
using Espalier.Matching;
using Espalier.Training;

namespace Espalier.Lab.Design.Recipes;

/// <summary>Recipes by name.</summary>
public static class NamedRecipes
{
    /// <summary>Names that <see cref="Of"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["paper", "released", ImageNet.Name, ImageNet.At160];

    /// <summary>What the paper's text says.</summary>
    public static Recipe Paper { get; } = new();

    /// <summary>
    /// What its released code does where the two differ: checkpoints one epoch later than their names, fine-tuning without momentum and
    /// weight decay, targets counted as reached within half a per cent, ImageNet's constants for CIFAR-10, an incomplete last batch
    /// dropped, learning rates that fall by epochs, matching on all training images, shuffled and augmented, with the final residual stream
    /// read a block early; and the ends that REPAIR measures reset as in the notebooks it builds on.
    /// </summary>
    /// <param name="dataSet">The images: only CIFAR-10 has foreign constants, and all of them are matched on.</param>
    /// <exception cref="InputException">There is no such data set.</exception>
    public static Recipe Released(string dataSet) => ReleasedFor(DataSetFacts.Of(dataSet));

    private static Recipe ReleasedFor(DataSetFacts images) =>
        Paper.With(
            training: t => t with { Schedule = LearningRateSchedule.CosineByEpochs, DropLast = true },
            pruning: p => p with { SparsityTolerance = 0.005 },
            fineTuning: t => t with { Momentum = 0, WeightDecay = 0 },
            matching: m => m with { Images = images.TrainImages, Taps = TapChoice.FinalStreamOneBlockEarly },
            studies: s => s with { Curves = s.Curves with { ReestimateEnds = true } }
        ) with
        {
            MatchAugmented = true,
            RewindShift = 1,
            Normalization = images.Name == "cifar10" ? "imagenet" : null,
        };

    /// <summary>
    /// What the paper's text says where a recipe of this name is used: of ImageNet its tables 3 and 4, and appendix A.2's
    /// RandomResizedCrop, which runs take from their images; else its tables 2 and 4.
    /// </summary>
    internal static Recipe TextOf(string name) => ImageNet.Is(name) ? ImageNetRecipes.Paper with { ResizedCrop = true } : Paper;

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static Recipe Of(string name, string dataSet) => For(name, () => DataSetFacts.Of(dataSet));

    /// <summary>The same for images that need not be known by their name; the recipe asks for them only if it depends on them.</summary>
    internal static Recipe For(string name, Func<DataSetFacts> images) =>
        name switch
        {
            "paper" => Paper,
            "released" => ReleasedFor(images()),
            ImageNet.Name => ImageNetRecipes.Paper,
            ImageNet.At160 => ImageNetRecipes.At160,
            _ => throw Nearest.Unknown("recipe", name, Names),
        };
}
