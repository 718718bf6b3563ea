namespace Espalier.Networks;

/// <summary>Multi-layer perceptron: flatten, then hidden layers of linear and ReLU, then the classes.</summary>
public static class Mlp
{
    /// <summary>Builds it; parameters are named <c>fc1.weight</c>, <c>fc1.bias</c>, …</summary>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="depth">Hidden layers, at least 1.</param>
    /// <param name="width">Units of each hidden layer.</param>
    public static Network Build(Shape input, int classes, int depth = 3, int width = 256)
    {
        if (depth < 1 || width < 1)
            throw new InputException($"An MLP of depth {depth} and width {width} cannot be built; both must be at least 1.");
        var b = new NetworkBuilder($"mlp {depth}x{width}", input.Channels, input.Height, input.Width);
        int x = b.Then("flatten", new Flatten(), 0);
        for (int layer = 1; layer <= depth; layer++)
            x = b.Chain(x, ($"fc{layer}", new Linear(width)), ($"relu{layer}", new Relu()));
        b.Then($"fc{depth + 1}", new Linear(classes), x);
        return b.Build();
    }
}
