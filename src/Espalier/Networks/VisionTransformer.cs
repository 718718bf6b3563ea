namespace Espalier.Networks;

/// <summary>Vision transformer as torchvision has it (Dosovitskiy et al. 2021).</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Heads">Of 64 channels each.</param>
internal sealed record VisionTransformer(string Name, int Heads)
{
    /// <summary>Builds it; arrays are named as torchvision's.</summary>
    /// <param name="options"><c>width</c>, of heads; <c>patch</c>: side of a square that becomes a token, usually 16; <c>depth</c>, usually
    /// 12.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    public Network Build(ModelOptions options, Shape input, int classes)
    {
        Width width = options.Width();
        int patch = options.Size("patch", 16),
            hidden = Heads * width.Of(64);
        var b = new NetworkBuilder($"{Name}{width}", input.Channels, input.Height, input.Width);
        int x = b.Chain(
            0,
            ("conv_proj", new Conv(hidden, patch, patch, Bias: true)),
            ("tokens", new Tokens()),
            ("class_token", new ClassToken()),
            ("encoder.pos_embedding", new PositionEmbedding())
        );
        for (int layer = 0; layer < options.Size("depth", 12); layer++)
            x = Layer(b, x, $"encoder.layers.encoder_layer_{layer}", hidden);
        b.Chain(
            x,
            ("encoder.ln", new LayerNorm2d(1e-6)),
            ("token", new Token()),
            ("flatten", new Flatten()),
            ("heads.head", new Linear(classes))
        );
        return b.Build();
    }

    private int Layer(NetworkBuilder b, int x, string name, int hidden)
    {
        int attended = b.Chain(
            x,
            ($"{name}.ln_1", new LayerNorm2d(1e-6)),
            ($"{name}.self_attention.in_proj", new Linear(3 * hidden, Along: LinearAxis.Channels, Underscore: true)),
            ($"{name}.self_attention.heads", new Attention(Heads)),
            ($"{name}.self_attention.out_proj", new Linear(hidden, Along: LinearAxis.Channels))
        );
        x = b.Then($"{name}.add_1", new Add(), attended, x);
        int mapped = b.Chain(
            x,
            ($"{name}.ln_2", new LayerNorm2d(1e-6)),
            ($"{name}.mlp.0", new Linear(4 * hidden, Along: LinearAxis.Channels)),
            ($"{name}.mlp.1", new Gelu()),
            ($"{name}.mlp.3", new Linear(hidden, Along: LinearAxis.Channels))
        );
        return b.Then($"{name}.add_2", new Add(), mapped, x);
    }
}
