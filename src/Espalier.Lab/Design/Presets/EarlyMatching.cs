namespace Espalier.Lab.Design.Presets;

/// <summary>
/// Table 15 (appendix B): π found with B at an early epoch. Leave 200 out (<c>--match-epochs 5,20,50,100</c>) and B is trained only as far
/// as needed.
/// </summary>
internal static class EarlyMatching
{
    internal static Preset Table15 { get; } =
        new(
            "table15",
            "ResNet20x1 on cifar10: permutations found early in B's training",
            new Grid
            {
                Name = "table15",
                Tables = [15],
                DataSet = "cifar10",
                Models = ["resnet20"],
                Seeds = [0, 1, 2],
                RewindEpochs = [20],
                MatchEpochs = [5, 20, 50, 100, 200],
            }
        );
}
