namespace Espalier.Networks;

/// <summary>VGG as torchvision has it (Simonyan and Zisserman 2015), with and without batch-norm.</summary>
internal static class Vgg
{
    private static readonly int[] Channels = [64, 128, 256, 512, 512];

    /// <summary>Builds it; arrays are named as torchvision's.</summary>
    /// <param name="depth">11, 13, 16 or 19.</param>
    /// <param name="isNormalised">Whether a batch-norm follows each convolution.</param>
    /// <param name="options"><c>width</c>; <c>head</c>: torchvision's three linear layers, or one.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    public static Network Build(int depth, bool isNormalised, ModelOptions options, Shape input, int classes)
    {
        Width width = options.Width();
        int[] convolutions = depth switch
        {
            11 => [1, 1, 2, 2, 2],
            13 => [2, 2, 2, 2, 2],
            16 => [2, 2, 3, 3, 3],
            _ => [2, 2, 4, 4, 4],
        };
        var b = new NetworkBuilder($"VGG{depth}{(isNormalised ? "-BN" : "")}{width}", input.Channels, input.Height, input.Width);
        int x = 0,
            index = 0;
        for (int stage = 0; stage < convolutions.Length; stage++)
        {
            for (int i = 0; i < convolutions[stage]; i++)
            {
                x = b.Then($"features.{index++}", new Conv(width.Of(Channels[stage]), 3, 1, 1, Bias: true), x);
                if (isNormalised)
                    x = b.Then($"features.{index++}", new BatchNorm(), x);
                x = b.Then($"features.{index++}", new Relu(), x);
            }
            x = b.Then($"features.{index++}", new MaxPool(2, 2), x);
        }
        if (options.Word("head", "torchvision", "linear") == "linear")
            b.Chain(x, ("flatten", new Flatten()), ("classifier", new Linear(classes)));
        else
            b.Chain(
                x,
                ("avgpool", new AdaptiveAveragePool(7)),
                ("flatten", new Flatten()),
                ("classifier.0", new Linear(width.Of(4096))),
                ("classifier.1", new Relu()),
                ("classifier.2", new Dropout()),
                ("classifier.3", new Linear(width.Of(4096))),
                ("classifier.4", new Relu()),
                ("classifier.5", new Dropout()),
                ("classifier.6", new Linear(classes))
            );
        return b.Build();
    }
}
