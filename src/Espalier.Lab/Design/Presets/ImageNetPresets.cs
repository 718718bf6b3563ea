using Espalier.Data;
using Espalier.Lab.Design.Recipes;

namespace Espalier.Lab.Design.Presets;

/// <summary>
/// ResNet50 on ImageNet (appendix A.2): table 10, figures 7 and 11, which draw its cells, and figure 3c; and a smaller experiment for one
/// GPU. One seed, as the paper prints no deviations.
/// </summary>
internal static class ImageNetPresets
{
    private static readonly Grid s_table10 = new()
    {
        Name = "table10",
        Tables = [10],
        DataSet = ImageNet.Name,
        Models = ["resnet50"],
        Sparsities = [0.80, 0.90, 0.95],
        RewindEpochs = [10, 25, 50],
        Recipe = ImageNet.Name,
        Options = ImageNetRecipes.Paper,
    };

    internal static IReadOnlyList<Preset> All { get; } =
    [
        new("table10", "ResNet50 on imagenet: top-1 and top-5 accuracy by sparsity and rewind epoch", s_table10),
        new("figure7", "ResNet50 on imagenet: top-5 accuracy by rewind epoch", s_table10 with { Name = "figure7" }),
        new("figure11", "ResNet50 on imagenet: top-1 accuracy by rewind epoch", s_table10 with { Name = "figure11" }),
        new(
            "figure3c",
            "ResNet50 on imagenet: loss barrier from A to B",
            s_table10 with
            {
                Name = "figure3c",
                Tables = [],
                RewindEpochs = [20],
                Methods = [],
                Studies = [Study.Barrier],
            }
        ),
        new(
            "imagenet-160",
            "not the paper's: ResNet18 on imagenet at 160 pixels, for one GPU; --model resnet34 or resnet50",
            s_table10 with
            {
                Name = "imagenet-160",
                Tables = [],
                DataSet = ImageNet.At160,
                Models = ["resnet18"],
                RewindEpochs = [5, 12, 25],
                Recipe = ImageNet.At160,
                Options = ImageNetRecipes.At160,
            }
        ),
    ];
}
