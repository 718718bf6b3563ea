namespace Espalier.Networks;

/// <summary>
/// Networks by name: <c>mlp</c>, <c>resnet20</c>, <c>vgg11</c>, with options after a colon (<c>resnet20:width=4,shortcut=conv1x1</c>), or a
/// JSON file.
/// </summary>
public static class Models
{
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["mlp"] = ["depth", "width"],
        ["resnet20"] = ["width", "shortcut", "blocks"],
        ["vgg11"] = ["width"],
    };

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
        if (!Known.TryGetValue(parts[0], out string[]? names))
            throw Nearest.Unknown("model", parts[0], Known.Keys);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string option in parts.Length > 1 ? parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            string[] pair = option.Split('=', 2);
            if (pair.Length < 2 || !names.Contains(pair[0]))
                throw Nearest.Unknown($"option of model {parts[0]}", pair[0], names);
            options[pair[0]] = pair[1];
        }
        int Size(string name, int usual) =>
            !options.TryGetValue(name, out string? text) ? usual
            : PlainNumber.TryParse(text, out int size) && size is >= 1 and <= 65536 ? size
            : throw new InputException(
                $"Option {name}={text} of model '{parts[0]}' is out of range; expected a whole number from 1 to 65536."
            );
        return parts[0] switch
        {
            "mlp" => Mlp.Build(input, classes, Size("depth", 3), Size("width", 256)),
            "vgg11" => Vgg11.Build(input, classes, Size("width", 1)),
            _ => ResNet20.Build(
                input,
                classes,
                Size("width", 1),
                Shortcut(options.GetValueOrDefault("shortcut", "conv3x3")),
                Size("blocks", 3)
            ),
        };
    }

    private static ShortcutKind Shortcut(string name) =>
        name switch
        {
            "conv3x3" => ShortcutKind.Conv3x3,
            "conv1x1" => ShortcutKind.Conv1x1,
            "zero-pad" => ShortcutKind.ZeroPad,
            _ => throw Nearest.Unknown("shortcut", name, ["conv3x3", "conv1x1", "zero-pad"]),
        };

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
