using System.Globalization;

namespace Espalier.Data;

/// <summary>Subtracted from and divided into the pixels of each channel, after scaling them to [0, 1].</summary>
/// <param name="Mean">One a channel.</param>
/// <param name="Std">One a channel, above 0.</param>
public sealed record Normalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>CIFAR-10's own statistics.</summary>
    public static Normalization Cifar10 { get; } = new([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]);

    /// <summary>CIFAR-100's own statistics.</summary>
    public static Normalization Cifar100 { get; } = new([0.5071f, 0.4865f, 0.4409f], [0.2673f, 0.2564f, 0.2762f]);

    /// <summary>ImageNet's, which the released code uses for CIFAR-10.</summary>
    public static Normalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Fashion-MNIST's own statistics.</summary>
    public static Normalization FashionMnist { get; } = new([0.2860f], [0.3530f]);

    /// <summary>MNIST's own statistics.</summary>
    public static Normalization Mnist { get; } = new([0.1307f], [0.3081f]);

    private static readonly Dictionary<string, Normalization> Known = new(StringComparer.Ordinal)
    {
        ["cifar10"] = Cifar10,
        ["cifar100"] = Cifar100,
        ["imagenet"] = ImageNet,
        ["fashion-mnist"] = FashionMnist,
        ["mnist"] = Mnist,
    };

    /// <summary>A known name, or means and deviations as <c>0.49,0.48,0.45/0.25,0.24,0.26</c>.</summary>
    /// <exception cref="InputException">It is neither.</exception>
    public static Normalization Parse(string text)
    {
        if (Known.TryGetValue(text, out Normalization? known)) return known;
        string[] halves = text.Split('/');
        if (halves.Length != 2) throw new InputException($"There is no normalisation '{text}'; {Nearest.Suggest(text, Known.Keys)}, or means/deviations such as 0.5,0.5,0.5/0.25,0.25,0.25.");
        float[] Numbers(string list) => [.. list.Split(',').Select(part => float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) ? value
            : throw new InputException($"'{part}' in the normalisation '{text}' is no number."))];
        float[] mean = Numbers(halves[0]), std = Numbers(halves[1]);
        if (mean.Length != std.Length || std.Any(value => value <= 0)) throw new InputException($"The normalisation '{text}' has {mean.Length} means and {std.Length} deviations; expected as many of each, deviations above 0.");
        return new Normalization(mean, std);
    }
}
