namespace Espalier.Networks;

/// <summary>
/// Networks by name, with options after a colon (<c>resnet20:width=4,shortcut=conv1x1</c>), or a JSON file. All but <c>mlp</c>,
/// <c>resnet20</c> and <c>vgg11</c>, which are the paper's, have torchvision's names of arrays, or timm's (<c>mixer_s16</c>).
/// </summary>
public static class Models
{
    private delegate Network Builder(ModelOptions options, Shape input, int classes);

    private sealed record Named(IReadOnlyList<string> Options, Builder Build);

    private static readonly string[] s_resNet = ["width", "stem", "zero-init"];

    private static readonly Dictionary<string, Named> Known = new(StringComparer.Ordinal)
    {
        ["mlp"] = new(
            ["depth", "width"],
            static (o, input, classes) => Mlp.Build(input, classes, o.Size("depth", 3), o.Size("width", 256))
        ),
        ["resnet20"] = new(
            ["width", "shortcut", "blocks"],
            static (o, input, classes) =>
                ResNet20.Build(
                    input,
                    classes,
                    o.Size("width", 1),
                    o.Word("shortcut", "conv3x3", "conv1x1", "zero-pad") switch
                    {
                        "conv1x1" => ShortcutKind.Conv1x1,
                        "zero-pad" => ShortcutKind.ZeroPad,
                        _ => ShortcutKind.Conv3x3,
                    },
                    o.Size("blocks", 3)
                )
        ),
        ["vgg11"] = new(
            ["width", "head"],
            static (o, input, classes) =>
                o.Word("head", "linear", "torchvision") == "linear"
                    ? Vgg11.Build(input, classes, o.Size("width", 1))
                    : Vgg.Build(11, false, o, input, classes)
        ),
        ["vgg11_bn"] = new(["width", "head"], static (o, input, classes) => Vgg.Build(11, true, o, input, classes)),
        ["vgg13"] = new(["width", "head"], static (o, input, classes) => Vgg.Build(13, false, o, input, classes)),
        ["vgg13_bn"] = new(["width", "head"], static (o, input, classes) => Vgg.Build(13, true, o, input, classes)),
        ["vgg16"] = new(["width", "head"], static (o, input, classes) => Vgg.Build(16, false, o, input, classes)),
        ["vgg16_bn"] = new(["width", "head"], static (o, input, classes) => Vgg.Build(16, true, o, input, classes)),
        ["vgg19"] = new(["width", "head"], static (o, input, classes) => Vgg.Build(19, false, o, input, classes)),
        ["vgg19_bn"] = new(["width", "head"], static (o, input, classes) => Vgg.Build(19, true, o, input, classes)),
        ["resnet18"] = new(
            s_resNet,
            static (o, input, classes) => new ResNet("resnet18", [2, 2, 2, 2], IsBottleneck: false).Build(o, input, classes)
        ),
        ["resnet34"] = new(
            s_resNet,
            static (o, input, classes) => new ResNet("resnet34", [3, 4, 6, 3], IsBottleneck: false).Build(o, input, classes)
        ),
        ["resnet50"] = new(s_resNet, static (o, input, classes) => new ResNet("resnet50", [3, 4, 6, 3]).Build(o, input, classes)),
        ["resnet101"] = new(s_resNet, static (o, input, classes) => new ResNet("resnet101", [3, 4, 23, 3]).Build(o, input, classes)),
        ["resnext50_32x4d"] = new(
            s_resNet,
            static (o, input, classes) => new ResNet("resnext50_32x4d", [3, 4, 6, 3], Groups: 32, GroupWidth: 4).Build(o, input, classes)
        ),
        ["wide_resnet50_2"] = new(
            s_resNet,
            static (o, input, classes) => new ResNet("wide_resnet50_2", [3, 4, 6, 3], GroupWidth: 128).Build(o, input, classes)
        ),
        ["densenet121"] = new(["width", "stem"], static (o, input, classes) => DenseNet.Build(o, input, classes)),
        ["mobilenet_v2"] = new(["width", "stem"], static (o, input, classes) => MobileNetV2.Build(o, input, classes)),
        ["efficientnet_b0"] = new(["width", "stem"], static (o, input, classes) => EfficientNet.Build(o, input, classes)),
        ["convnext_tiny"] = new(["width", "patch"], static (o, input, classes) => ConvNeXt.Build(o, input, classes)),
        ["vit_b_16"] = new(
            ["width", "patch", "depth"],
            static (o, input, classes) => new VisionTransformer("vit_b_16", 12).Build(o, input, classes)
        ),
        ["vit_small"] = new(
            ["width", "patch", "depth"],
            static (o, input, classes) => new VisionTransformer("vit_small", 6).Build(o, input, classes)
        ),
        ["vit_tiny"] = new(
            ["width", "patch", "depth"],
            static (o, input, classes) => new VisionTransformer("vit_tiny", 3).Build(o, input, classes)
        ),
        ["mixer_s16"] = new(["width", "patch", "depth"], static (o, input, classes) => MlpMixer.Build(o, input, classes)),
    };

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names => [.. Known.Keys];

    /// <summary>The options of a named network.</summary>
    /// <exception cref="InputException">There is none of this name.</exception>
    public static IReadOnlyList<string> OptionsOf(string name) => Find(name).Options;

    /// <summary>Whether a description is the path of a file.</summary>
    public static bool IsFile(string description) => description.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>Whether a description names a network of the library, with or without options.</summary>
    public static bool IsBuiltIn(string description) => !IsFile(description) && Known.ContainsKey(description.Split(':', 2)[0]);

    /// <summary>Builds the named network for images of the given shape.</summary>
    /// <param name="description">Name, options, or path of a <c>.json</c> file.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="InputException">Unknown name or option, a size out of range, or a file made for other images.</exception>
    public static Network Build(string description, Shape input, int classes)
    {
        if (IsFile(description))
            return FromFile(description, input, classes);
        string[] parts = description.Split(':', 2);
        Named named = Find(parts[0]);
        return named.Build(new ModelOptions(parts[0], parts.Length > 1 ? parts[1] : "", named.Options), input, classes);
    }

    private static Named Find(string name) =>
        Known.TryGetValue(name, out Named? named) ? named : throw Nearest.Unknown("model", name, Known.Keys);

    private static Network FromFile(string path, Shape input, int classes)
    {
        Network network = NetworkJson.ReadFile(path);
        MustSuit(network, path, input, classes);
        return network;
    }

    /// <summary>Builds the network that a text describes.</summary>
    /// <param name="json">As <see cref="NetworkJson.Write"/> gives it.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="InputException">The text is no network, or one for other images.</exception>
    public static Network Described(string json, string source, Shape input, int classes)
    {
        Network network = NetworkJson.Read(json, source);
        MustSuit(network, source, input, classes);
        return network;
    }

    private static void MustSuit(Network network, string source, Shape input, int classes)
    {
        if (network.InputShape != input || network.Classes != classes)
            throw new InputException(
                $"{source} describes a network for images {network.InputShape} of {network.Classes} classes; the data has images "
                    + $"{input} of {classes} classes."
            );
    }
}
