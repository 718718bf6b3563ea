namespace Espalier.Lab.Design.Presets;

/// <summary>
/// Section 4.3: the wider ResNet20, the lower the barrier between A aligned and B (figure 3), and the closer permuted comes to LTH (figure
/// 5, at one rewind epoch that all of tables 5 to 8 have).
/// </summary>
internal static class WidthStudy
{
    private static readonly int[] s_widths = [1, 4, 8, 16];

    internal static Preset Section43 { get; } =
        new(
            "width-study",
            "ResNet20x1, 4, 8 and 16 on cifar10: barriers and accuracy by width (section 4.3); --dataset cifar100 for its second half",
            new Grid
            {
                Name = "width-study",
                Tables = [5, 6, 7, 8],
                DataSet = "cifar10",
                Models = [.. s_widths.Select(ResNetTables.Model)],
                Seeds = [0, 1, 2],
                RewindEpochs = [25],
                Studies = [Study.Barrier],
            }
        );
}
