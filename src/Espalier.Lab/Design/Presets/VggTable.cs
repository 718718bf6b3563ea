namespace Espalier.Lab.Design.Presets;

/// <summary>Table 9: VGG11 on CIFAR-10. The paper leaves 95 and 97 % out: without batch-norm, naive training was unstable there.</summary>
internal static class VggTable
{
    internal static Preset Table9 { get; } =
        new(
            "table9",
            "VGG11 on cifar10: accuracy by sparsity and rewind epoch",
            new Grid
            {
                Name = "table9",
                Tables = [9],
                DataSet = "cifar10",
                Models = ["vgg11"],
                Seeds = [0, 1, 2],
                Sparsities = [0.80, 0.90],
                RewindEpochs = [0, 5, 10, 15, 20, 25, 50],
            }
        );
}
