namespace Espalier.Lab.Design.Presets;

/// <summary>
/// What the paper shows of the landscape between networks: figure 3 (barriers by width), figure 4 (dense and pruned A; the plane) and table
/// 1 (diversity).
/// </summary>
internal static class Landscapes
{
    private static readonly int[] s_widths = [1, 4, 8, 16];

    internal static IReadOnlyList<Preset> All { get; } =
    [
        new(
            "table1",
            "ResNet20x1 on cifar10: diversity and ensembles at 90 %; --dataset cifar100 --model resnet20:width=4 for its second half",
            new Grid
            {
                Name = "table1",
                Tables = [1],
                DataSet = "cifar10",
                Models = ["resnet20"],
                Seeds = [0, 1, 2, 3, 4],
                Sparsities = [0.90],
                RewindEpochs = [20],
                Methods = [],
                Studies = [Study.Diversity],
                Members = [Methods.Lth, Methods.Permuted, Methods.Naive, Methods.Signed, Methods.SignedPermuted],
            }
        ),
        new(
            "figure3",
            "ResNet20x1, 4, 8 and 16 on cifar10: loss barriers from A to B; --dataset cifar100 for its second half",
            new Grid
            {
                Name = "figure3",
                DataSet = "cifar10",
                Models = [.. s_widths.Select(ResNetTables.Model)],
                Seeds = [0],
                Sparsities = [0.90],
                Methods = [],
                Studies = [Study.Barrier],
            }
        ),
        new(
            "figure4",
            "ResNet20x4 on cifar10: barriers from dense A to each round of pruning up to 90 %, and the plane through LTH, A and permuted",
            new Grid
            {
                Name = "figure4",
                DataSet = "cifar10",
                Models = [ResNetTables.Model(4)],
                Seeds = [0],
                Sparsities = [0.90],
                RewindEpochs = [20],
                Methods = [Methods.Lth, Methods.Permuted],
                Studies = [Study.PruningBarrier, Study.Plane],
            }
        ),
    ];
}
