namespace Espalier.Networks;

/// <summary>VGG11 as in appendix A.1 (Jordan et al. 2023): no batch-norm, one linear layer after the convolutions.</summary>
public static class Vgg11
{
    private static readonly int[] Channels = [64, 128, 256, 256, 512, 512, 512, 512];

    /// <summary>
    /// Builds it; parameters are named <c>features.0.weight</c>, …, <c>classifier.weight</c> with the indices of PyTorch's Sequential.
    /// </summary>
    /// <param name="input">Shape of an image; 32×32 ends in one position.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="width">Multiplies every layer's channels.</param>
    public static Network Build(Shape input, int classes, int width = 1)
    {
        if (width < 1)
            throw new InputException($"A VGG11 of width {width} cannot be built; it must be at least 1.");
        var b = new NetworkBuilder($"VGG11x{width}", input.Channels, input.Height, input.Width);
        int x = 0,
            index = 0;
        for (int layer = 0; layer < Channels.Length; layer++)
        {
            x = b.Chain(
                x,
                ($"features.{index++}", new Conv(width * Channels[layer], 3, 1, 1, Bias: true)),
                ($"features.{index++}", new Relu())
            );
            if (layer is 0 or 1 or 3 or 5 or 7)
                x = b.Then($"features.{index++}", new MaxPool(2, 2), x);
        }
        b.Chain(x, ("flatten", new Flatten()), ("classifier", new Linear(classes)));
        return b.Build();
    }
}
