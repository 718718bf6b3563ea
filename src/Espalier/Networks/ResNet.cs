namespace Espalier.Networks;

/// <summary>ResNet (He et al. 2016), ResNeXt (Xie et al. 2017), wide ResNet (Zagoruyko, Komodakis 2016), as torchvision has them.</summary>
/// <param name="Name">Torchvision's.</param>
/// <param name="Blocks">Of each of the four stages.</param>
/// <param name="IsBottleneck">Whether blocks are 1×1, 3×3 with the stride, 1×1 and four times as wide outside, or two 3×3.</param>
/// <param name="Groups">Of the 3×3 convolutions.</param>
/// <param name="GroupWidth">Channels of a group in the first stage.</param>
internal sealed record ResNet(string Name, IReadOnlyList<int> Blocks, bool IsBottleneck = true, int Groups = 1, int GroupWidth = 64)
{
    /// <summary>Builds it; arrays are named as torchvision's.</summary>
    /// <param name="options"><c>width</c>; <c>stem</c>: <c>imagenet</c>, 7×7 by twos and a pool, or <c>cifar</c>, 3×3;
    /// <c>zero-init</c>: whether the last scales of the blocks begin at zero.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    public Network Build(ModelOptions options, Shape input, int classes)
    {
        Width width = options.Width();
        double last = options.Word("zero-init", "false", "true") == "true" ? 0 : 1;
        bool isSmall = options.Word("stem", "imagenet", "cifar") == "cifar";
        var b = new NetworkBuilder($"{Name}{width}", input.Channels, input.Height, input.Width);
        int x = b.Chain(
            0,
            ("conv1", isSmall ? new Conv(width.Of(64), 3, 1, 1) : new Conv(width.Of(64), 7, 2, 3)),
            ("bn1", new BatchNorm()),
            ("relu", new Relu())
        );
        if (!isSmall)
            x = b.Then("maxpool", new MaxPool(3, 2, 1), x);
        for (int stage = 0; stage < Blocks.Count; stage++)
        for (int block = 0; block < Blocks[stage]; block++)
            x = Block(b, x, $"layer{stage + 1}.{block}", width, 64 << stage, stage > 0 && block == 0 ? 2 : 1, last);
        b.Chain(x, ("avgpool", new GlobalAveragePool()), ("flatten", new Flatten()), ("fc", new Linear(classes)));
        return b.Build();
    }

    private int Block(NetworkBuilder b, int x, string name, Width width, int planes, int stride, double last)
    {
        int inner = width.Of(planes * GroupWidth / 64.0 * Groups, Math.Max(8, Groups)),
            outs = width.Of(IsBottleneck ? 4 * planes : planes);
        int residual = IsBottleneck
            ? b.Chain(
                x,
                ($"{name}.conv1", new Conv(inner, 1)),
                ($"{name}.bn1", new BatchNorm()),
                ($"{name}.relu1", new Relu()),
                ($"{name}.conv2", new Conv(inner, 3, stride, 1, Groups: Groups)),
                ($"{name}.bn2", new BatchNorm()),
                ($"{name}.relu2", new Relu()),
                ($"{name}.conv3", new Conv(outs, 1)),
                ($"{name}.bn3", new BatchNorm(Initial: last))
            )
            : b.Chain(
                x,
                ($"{name}.conv1", new Conv(outs, 3, stride, 1)),
                ($"{name}.bn1", new BatchNorm()),
                ($"{name}.relu1", new Relu()),
                ($"{name}.conv2", new Conv(outs, 3, 1, 1)),
                ($"{name}.bn2", new BatchNorm(Initial: last))
            );
        int carried =
            stride == 1 && b.ShapeOf(x).Channels == outs
                ? x
                : b.Chain(x, ($"{name}.downsample.0", new Conv(outs, 1, stride)), ($"{name}.downsample.1", new BatchNorm()));
        return b.Then($"{name}.relu", new Relu(), b.Then($"{name}.add", new Add(), residual, carried));
    }
}
