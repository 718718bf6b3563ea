namespace Espalier.Lab.Design.Presets;

/// <summary>Tables 5 to 8 and 11 to 14: ResNet20 of four widths on CIFAR-10 and CIFAR-100.</summary>
internal static class ResNetTables
{
    /// <summary>Table 5's rewind epochs, and table 6's.</summary>
    internal static readonly int[] Fine = [0, 5, 10, 15, 20, 25, 50, 75, 100];

    /// <summary>Those of the other tables.</summary>
    internal static readonly int[] Coarse = [0, 10, 25, 50, 100];

    internal static IReadOnlyList<Preset> All { get; } =
    [
        Table(5, 1, "cifar10", Fine),
        Table(6, 4, "cifar10", Fine),
        Table(7, 8, "cifar10", Coarse),
        Table(8, 16, "cifar10", Coarse),
        Table(11, 1, "cifar100", Coarse),
        Table(12, 4, "cifar100", Coarse),
        Table(13, 8, "cifar100", Coarse),
        Table(14, 16, "cifar100", Coarse),
    ];

    internal static string Model(int width) => width == 1 ? "resnet20" : $"resnet20:width={width}";

    private static Preset Table(int number, int width, string dataSet, int[] rewind) =>
        new(
            $"table{number}",
            $"ResNet20x{width} on {dataSet}: accuracy by sparsity and rewind epoch",
            new Grid
            {
                Name = $"table{number}",
                Tables = [number],
                DataSet = dataSet,
                Models = [Model(width)],
                Seeds = [0, 1, 2],
                RewindEpochs = rewind,
            }
        );
}
