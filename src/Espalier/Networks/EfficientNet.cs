namespace Espalier.Networks;

/// <summary>EfficientNet-B0 as torchvision has it (Tan and Le 2019): inverted residuals with squeeze-and-excitation.</summary>
internal static class EfficientNet
{
    private static readonly (int Expand, int Kernel, int Stride, int Channels, int Blocks)[] Stages =
    [
        (1, 3, 1, 16, 1),
        (6, 3, 2, 24, 2),
        (6, 5, 2, 40, 2),
        (6, 3, 2, 80, 3),
        (6, 5, 1, 112, 3),
        (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    ];

    /// <summary>Builds it; arrays are named as torchvision's.</summary>
    /// <param name="options"><c>width</c>; <c>stem</c>: <c>imagenet</c>, or <c>cifar</c>: the first two strides of 2 are 1.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    public static Network Build(ModelOptions options, Shape input, int classes)
    {
        Width width = options.Width();
        bool isSmall = options.Word("stem", "imagenet", "cifar") == "cifar";
        var b = new NetworkBuilder($"efficientnet_b0{width}", input.Channels, input.Height, input.Width);
        int x = Convolution(b, 0, "features.0", new Conv(width.Of(32), 3, isSmall ? 1 : 2, 1));
        for (int stage = 0; stage < Stages.Length; stage++)
        for (int i = 0; i < Stages[stage].Blocks; i++)
        {
            (int expand, int kernel, int stride, int channels, _) = Stages[stage];
            int step = i > 0 || (isSmall && stage == 1) ? 1 : stride;
            x = Block(b, x, $"features.{stage + 1}.{i}", expand, kernel, step, width.Of(channels));
        }
        x = Convolution(b, x, "features.8", new Conv(4 * width.Of(320), 1));
        b.Chain(
            x,
            ("avgpool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("classifier.0", new Dropout(0.2)),
            ("classifier.1", new Linear(classes))
        );
        return b.Build();
    }

    private static int Block(NetworkBuilder b, int x, string name, int expand, int kernel, int stride, int outs)
    {
        int before = x,
            channels = b.ShapeOf(x).Channels,
            part = 0;
        if (expand > 1)
            x = Convolution(b, x, $"{name}.block.{part++}", new Conv(new Width(1).Of(expand * channels), 1));
        x = Convolution(b, x, $"{name}.block.{part++}", new DepthwiseConv(kernel, stride, kernel / 2));
        string gate = $"{name}.block.{part++}";
        int factors = b.Chain(
            x,
            ($"{gate}.avgpool", new GlobalAveragePool()),
            ($"{gate}.fc1", new Conv(Math.Max(1, channels / 4), 1, Bias: true)),
            ($"{gate}.activation", new Silu()),
            ($"{gate}.fc2", new Conv(b.ShapeOf(x).Channels, 1, Bias: true)),
            ($"{gate}.scale_activation", new Sigmoid())
        );
        x = b.Then($"{gate}.multiply", new Multiply(), x, factors);
        x = b.Chain(x, ($"{name}.block.{part}.0", new Conv(outs, 1)), ($"{name}.block.{part}.1", new BatchNorm()));
        return stride == 1 && channels == outs ? b.Then($"{name}.add", new Add(), x, before) : x;
    }

    private static int Convolution(NetworkBuilder b, int x, string name, Operation convolution) =>
        b.Chain(x, ($"{name}.0", convolution), ($"{name}.1", new BatchNorm()), ($"{name}.2", new Silu()));
}
