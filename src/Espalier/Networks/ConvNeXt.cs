namespace Espalier.Networks;

/// <summary>ConvNeXt-tiny as torchvision has it (Liu et al. 2022): depthwise 7×7, a norm of each position's channels, two linear maps
/// and a layer scale.</summary>
internal static class ConvNeXt
{
    private static readonly (int Channels, int Blocks)[] Stages = [(96, 3), (192, 3), (384, 9), (768, 3)];

    /// <summary>Builds it; arrays are named as torchvision's.</summary>
    /// <param name="options"><c>width</c>; <c>patch</c>: side of a square that becomes a position, usually 4.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    public static Network Build(ModelOptions options, Shape input, int classes)
    {
        Width width = options.Width();
        int patch = options.Size("patch", 4);
        var b = new NetworkBuilder($"convnext_tiny{width}", input.Channels, input.Height, input.Width);
        int x = b.Chain(
            0,
            ("features.0.0", new Conv(width.Of(Stages[0].Channels), patch, patch, Bias: true)),
            ("features.0.1", new LayerNorm2d(1e-6))
        );
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            int channels = width.Of(Stages[stage].Channels);
            if (stage > 0)
                x = b.Chain(
                    x,
                    ($"features.{2 * stage}.0", new LayerNorm2d(1e-6)),
                    ($"features.{2 * stage}.1", new Conv(channels, 2, 2, Bias: true))
                );
            for (int i = 0; i < Stages[stage].Blocks; i++)
                x = Block(b, x, $"features.{2 * stage + 1}.{i}", channels);
        }
        b.Chain(
            x,
            ("avgpool", new GlobalAveragePool()),
            ("classifier.0", new LayerNorm2d(1e-6)),
            ("classifier.1", new Flatten()),
            ("classifier.2", new Linear(classes))
        );
        return b.Build();
    }

    private static int Block(NetworkBuilder b, int x, string name, int channels)
    {
        int branch = b.Chain(
            x,
            ($"{name}.block.0", new DepthwiseConv(7, 1, 3, Bias: true)),
            ($"{name}.block.2", new LayerNorm2d(1e-6)),
            ($"{name}.block.3", new Linear(4 * channels, Along: LinearAxis.Channels)),
            ($"{name}.block.4", new Gelu()),
            ($"{name}.block.5", new Linear(channels, Along: LinearAxis.Channels)),
            ($"{name}.layer_scale", new Scale(1e-6))
        );
        return b.Then($"{name}.add", new Add(), branch, x);
    }
}
