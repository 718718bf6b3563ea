namespace Espalier.Networks;

/// <summary>DenseNet121 as torchvision has it (Huang et al. 2017): every layer reads the outputs of all before it in its block.</summary>
internal static class DenseNet
{
    private static readonly int[] Layers = [6, 12, 24, 16];

    /// <summary>Builds it; arrays are named as torchvision's.</summary>
    /// <param name="options"><c>width</c>, of the growth rate too; <c>stem</c>: <c>imagenet</c> or <c>cifar</c>, 3×3 without a
    /// pool.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    public static Network Build(ModelOptions options, Shape input, int classes)
    {
        Width width = options.Width();
        bool isSmall = options.Word("stem", "imagenet", "cifar") == "cifar";
        int growth = width.Of(32);
        var b = new NetworkBuilder($"densenet121{width}", input.Channels, input.Height, input.Width);
        int x = b.Chain(
            0,
            ("features.conv0", isSmall ? new Conv(2 * growth, 3, 1, 1) : new Conv(2 * growth, 7, 2, 3)),
            ("features.norm0", new BatchNorm()),
            ("features.relu0", new Relu())
        );
        if (!isSmall)
            x = b.Then("features.pool0", new MaxPool(3, 2, 1), x);
        for (int block = 1; block <= Layers.Length; block++)
        {
            x = Block(b, x, $"features.denseblock{block}", Layers[block - 1], growth);
            if (block == Layers.Length)
                break;
            string name = $"features.transition{block}";
            x = b.Chain(
                x,
                ($"{name}.norm", new BatchNorm()),
                ($"{name}.relu", new Relu()),
                ($"{name}.conv", new Conv(b.ShapeOf(x).Channels / 2, 1)),
                ($"{name}.pool", new AveragePool(2, 2))
            );
        }
        b.Chain(
            x,
            ("features.norm5", new BatchNorm()),
            ("relu5", new Relu()),
            ("avgpool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("classifier", new Linear(classes))
        );
        return b.Build();
    }

    private static int Block(NetworkBuilder b, int x, string name, int layers, int growth)
    {
        int joined = x;
        for (int i = 1; i <= layers; i++)
        {
            string layer = $"{name}.denselayer{i}";
            int fresh = b.Chain(
                joined,
                ($"{layer}.norm1", new BatchNorm()),
                ($"{layer}.relu1", new Relu()),
                ($"{layer}.conv1", new Conv(4 * growth, 1)),
                ($"{layer}.norm2", new BatchNorm()),
                ($"{layer}.relu2", new Relu()),
                ($"{layer}.conv2", new Conv(growth, 3, 1, 1))
            );
            joined = b.Then($"{layer}.concat", new Concat(), joined, fresh);
        }
        return joined;
    }
}
