namespace Espalier.Networks;

/// <summary>
/// ResNet20 for 32×32 images (He et al. 2016) with a width multiplier w (appendix A.1): stages of 16w, 32w and 64w channels.
/// </summary>
public static class ResNet20
{
    /// <summary>
    /// Builds it; parameters are named as in PyTorch: <c>conv1</c>, <c>bn1</c>, <c>layer1.0.conv1</c>, …, <c>layer2.0.shortcut.0</c>,
    /// <c>linear</c>.
    /// </summary>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="width">w: 1, 4, 8, 16 in the paper.</param>
    /// <param name="shortcut">Where channels change.</param>
    /// <param name="blocks">Blocks per stage; 3 gives the 20 layers.</param>
    public static Network Build(Shape input, int classes, int width = 1, ShortcutKind shortcut = ShortcutKind.Conv3x3, int blocks = 3)
    {
        if (width < 1 || blocks < 1)
            throw new InputException($"A ResNet of width {width} with {blocks} blocks a stage cannot be built; both must be at least 1.");
        var b = new NetworkBuilder($"ResNet{6 * blocks + 2}x{width}", input.Channels, input.Height, input.Width);
        int channels = 16 * width;
        int x = b.Chain(0, ("conv1", new Conv(channels, 3, 1, 1)), ("bn1", new BatchNorm()), ("relu", new Relu()));
        for (int stage = 1; stage <= 3; stage++)
        for (int block = 0; block < blocks; block++)
        {
            int next = 16 * width << (stage - 1);
            x = Block(b, x, $"layer{stage}.{block}", channels, next, stride: stage > 1 && block == 0 ? 2 : 1, shortcut);
            channels = next;
        }
        b.Chain(x, ("pool", new GlobalAveragePool()), ("flatten", new Flatten()), ("linear", new Linear(classes)));
        return b.Build();
    }

    private static int Block(NetworkBuilder b, int x, string name, int from, int to, int stride, ShortcutKind kind)
    {
        int residual = b.Chain(
            x,
            ($"{name}.conv1", new Conv(to, 3, stride, 1)),
            ($"{name}.bn1", new BatchNorm()),
            ($"{name}.relu1", new Relu()),
            ($"{name}.conv2", new Conv(to, 3, 1, 1)),
            ($"{name}.bn2", new BatchNorm())
        );
        int carried =
            stride == 1 && from == to
                ? x
                : kind switch
                {
                    ShortcutKind.ZeroPad => b.Then($"{name}.shortcut", new PadShortcut(to, stride), x),
                    ShortcutKind.Conv1x1 => b.Chain(
                        x,
                        ($"{name}.shortcut.0", new Conv(to, 1, stride, 0)),
                        ($"{name}.shortcut.1", new BatchNorm())
                    ),
                    _ => b.Chain(x, ($"{name}.shortcut.0", new Conv(to, 3, stride, 1)), ($"{name}.shortcut.1", new BatchNorm())),
                };
        return b.Then($"{name}.relu2", new Relu(), b.Then($"{name}.add", new Add(), residual, carried));
    }
}
