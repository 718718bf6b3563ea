namespace Espalier.Lab.Design.Presets;

/// <summary>
/// Figures that are drawn from the cells of the tables: 5 and 9 (ResNet20 on CIFAR-10), 6 and 10 (on CIFAR-100), 8 (VGG11); at the rewind
/// epochs that all their tables have.
/// </summary>
internal static class Figures
{
    private static readonly int[] s_widths = [1, 4, 8, 16];

    internal static IReadOnlyList<Preset> All { get; } =
    [
        ResNet(5, "cifar10", "accuracy by rewind epoch", [5, 6, 7, 8], ResNetTables.Coarse),
        ResNet(6, "cifar100", "accuracy by rewind epoch", [11, 12, 13, 14], ResNetTables.Coarse),
        new("figure8", "VGG11 on cifar10: accuracy by rewind epoch", VggTable.Table9.Grid with { Name = "figure8" }),
        ResNet(9, "cifar10", "accuracy by sparsity", [5, 6, 7, 8], [10, 25, 50, 100]),
        ResNet(10, "cifar100", "accuracy by sparsity", [11, 12, 13, 14], [10, 25, 50, 100]),
    ];

    private static Preset ResNet(int number, string dataSet, string axes, int[] tables, int[] rewind) =>
        new(
            $"figure{number}",
            $"ResNet20x1, 4, 8 and 16 on {dataSet}: {axes}",
            new Grid
            {
                Name = $"figure{number}",
                Tables = tables,
                DataSet = dataSet,
                Models = [.. s_widths.Select(ResNetTables.Model)],
                Seeds = [0, 1, 2],
                RewindEpochs = rewind,
            }
        );
}
