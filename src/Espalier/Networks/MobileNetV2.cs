namespace Espalier.Networks;

/// <summary>MobileNetV2 as torchvision has it (Sandler et al. 2018): inverted residuals with linear bottlenecks.</summary>
internal static class MobileNetV2
{
    private static readonly (int Expand, int Channels, int Blocks, int Stride)[] Stages =
    [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ];

    /// <summary>Builds it; arrays are named as torchvision's.</summary>
    /// <param name="options"><c>width</c>, torchvision's <c>width_mult</c>; <c>stem</c>: <c>imagenet</c>, or <c>cifar</c>: the first
    /// convolution and the first stage of stride 2 keep the size.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    public static Network Build(ModelOptions options, Shape input, int classes)
    {
        Width width = options.Width();
        bool isSmall = options.Word("stem", "imagenet", "cifar") == "cifar";
        var b = new NetworkBuilder($"mobilenet_v2{width}", input.Channels, input.Height, input.Width);
        int index = 0,
            x = Convolution(b, 0, $"features.{index++}", new Conv(width.Of(32), 3, isSmall ? 1 : 2, 1));
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            (int expand, int channels, int blocks, int stride) = Stages[stage];
            for (int i = 0; i < blocks; i++)
                x = Block(b, x, $"features.{index++}", expand, width.Of(channels), i > 0 || (isSmall && stage == 1) ? 1 : stride);
        }
        x = Convolution(b, x, $"features.{index}", new Conv(Math.Max(1280, width.Of(1280)), 1));
        b.Chain(
            x,
            ("avgpool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("classifier.0", new Dropout(0.2)),
            ("classifier.1", new Linear(classes))
        );
        return b.Build();
    }

    private static int Block(NetworkBuilder b, int x, string name, int expand, int outs, int stride)
    {
        int before = x,
            channels = b.ShapeOf(x).Channels,
            part = 0;
        if (expand > 1)
            x = Convolution(b, x, $"{name}.conv.{part++}", new Conv(expand * channels, 1));
        x = Convolution(b, x, $"{name}.conv.{part++}", new DepthwiseConv(3, stride, 1));
        x = b.Chain(x, ($"{name}.conv.{part}", new Conv(outs, 1)), ($"{name}.conv.{part + 1}", new BatchNorm()));
        return stride == 1 && channels == outs ? b.Then($"{name}.add", new Add(), x, before) : x;
    }

    private static int Convolution(NetworkBuilder b, int x, string name, Operation convolution) =>
        b.Chain(x, ($"{name}.0", convolution), ($"{name}.1", new BatchNorm()), ($"{name}.2", new Relu6()));
}
