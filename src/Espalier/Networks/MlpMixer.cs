namespace Espalier.Networks;

/// <summary>MLP-Mixer S/16 (Tolstikhin et al. 2021): layers that mix tokens, and layers that mix channels.</summary>
internal static class MlpMixer
{
    /// <summary>Builds it; arrays are named as timm's <c>mixer_s16_224</c>.</summary>
    /// <param name="options"><c>width</c>; <c>patch</c>: side of a square that becomes a token, usually 16; <c>depth</c>, usually
    /// 8.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    public static Network Build(ModelOptions options, Shape input, int classes)
    {
        Width width = options.Width();
        int patch = options.Size("patch", 16),
            channels = width.Of(512);
        var b = new NetworkBuilder($"mixer_s16{width}", input.Channels, input.Height, input.Width);
        int x = b.Chain(0, ("stem.proj", new Conv(channels, patch, patch, Bias: true)), ("tokens", new Tokens()));
        for (int layer = 0; layer < options.Size("depth", 8); layer++)
            x = Layer(b, x, $"blocks.{layer}", channels);
        b.Chain(
            x,
            ("norm", new LayerNorm2d(1e-6)),
            ("pool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("head", new Linear(classes))
        );
        return b.Build();
    }

    private static int Layer(NetworkBuilder b, int x, string name, int channels)
    {
        int tokens = b.ShapeOf(x).Height;
        int mixed = b.Chain(
            x,
            ($"{name}.norm1", new LayerNorm2d(1e-6)),
            ($"{name}.to_tokens", new Transpose()),
            ($"{name}.mlp_tokens.fc1", new Linear(channels / 2, Along: LinearAxis.Channels)),
            ($"{name}.mlp_tokens.act", new Gelu()),
            ($"{name}.mlp_tokens.fc2", new Linear(tokens, Along: LinearAxis.Channels)),
            ($"{name}.to_channels", new Transpose())
        );
        x = b.Then($"{name}.add1", new Add(), mixed, x);
        int mapped = b.Chain(
            x,
            ($"{name}.norm2", new LayerNorm2d(1e-6)),
            ($"{name}.mlp_channels.fc1", new Linear(4 * channels, Along: LinearAxis.Channels)),
            ($"{name}.mlp_channels.act", new Gelu()),
            ($"{name}.mlp_channels.fc2", new Linear(channels, Along: LinearAxis.Channels))
        );
        return b.Then($"{name}.add2", new Add(), mapped, x);
    }
}
