using System.Globalization;

namespace Espalier.Data;

/// <summary>What is subtracted from and divides each channel of images in [0, 1], as PyTorch's models expect them.</summary>
public sealed record Normalization
{
    private static readonly Dictionary<string, Normalization> s_named = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cifar10"] = new([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]),
        ["cifar100"] = new([0.5071f, 0.4865f, 0.4409f], [0.2673f, 0.2564f, 0.2762f]),
        ["mnist"] = new([0.1307f], [0.3081f]),
        ["fashion-mnist"] = new([0.2860f], [0.3530f]),
        ["imagenet"] = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]),
    };

    /// <summary>Makes a normalisation.</summary>
    /// <param name="mean">One a channel, finite.</param>
    /// <param name="std">One a channel, finite and positive.</param>
    /// <exception cref="InputException">The lists differ in length or are empty, or a value is impossible.</exception>
    public Normalization(IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        if (mean.Count == 0 || mean.Count != std.Count)
            throw new InputException(
                $"A normalisation has {mean.Count} means and {std.Count} standard deviations; one of each per channel was expected."
            );
        if (!mean.All(float.IsFinite))
            throw new InputException($"A normalisation's mean is {mean.First(m => !float.IsFinite(m))}; a finite number was expected.");
        if (!std.All(s => float.IsFinite(s) && s > 0))
            throw new InputException(
                $"A normalisation's standard deviation is {std.First(s => !(float.IsFinite(s) && s > 0))}; a positive number was expected."
            );
        (Mean, Std) = ([.. mean], [.. std]);
    }

    /// <summary>What is subtracted, one a channel.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>What divides, one a channel.</summary>
    public IReadOnlyList<float> Std { get; }

    /// <summary>CIFAR-10's training images.</summary>
    public static Normalization Cifar10 => s_named["cifar10"];

    /// <summary>CIFAR-100's training images.</summary>
    public static Normalization Cifar100 => s_named["cifar100"];

    /// <summary>MNIST's training images.</summary>
    public static Normalization Mnist => s_named["mnist"];

    /// <summary>Fashion-MNIST's training images.</summary>
    public static Normalization FashionMnist => s_named["fashion-mnist"];

    /// <summary>The constants of torchvision's ImageNet models.</summary>
    public static Normalization ImageNet => s_named["imagenet"];

    /// <summary>Names that <see cref="Parse"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => s_named.Keys;

    /// <summary>
    /// Reads a name (<c>cifar10</c>, <c>imagenet</c>…) or numbers: means, a slash, standard deviations, such as
    /// <c>0.5,0.5,0.5/0.25,0.25,0.25</c>.
    /// </summary>
    /// <exception cref="InputException">The text is neither.</exception>
    public static Normalization Parse(string text)
    {
        if (s_named.TryGetValue(text.Trim(), out Normalization? named))
            return named;
        string[] halves = text.Split('/');
        if (halves.Length == 1)
            throw Nearest.Unknown("normalisation", text, s_named.Keys);
        if (halves.Length != 2)
            throw new InputException(
                $"The normalisation '{text}' has {halves.Length - 1} slashes; 'means/deviations' was expected, such as "
                    + $"0.5,0.5,0.5/0.25,0.25,0.25."
            );
        return new Normalization(Numbers(halves[0], text), Numbers(halves[1], text));
    }

    /// <summary>The numbers, as <see cref="Parse"/> reads them.</summary>
    public override string ToString() => $"{string.Join(',', Mean)}/{string.Join(',', Std)}";

    /// <summary>Equal where all numbers are.</summary>
    public bool Equals(Normalization? other) => other is not null && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (float value in Mean.Concat(Std))
            hash.Add(value);
        return hash.ToHashCode();
    }

    private static float[] Numbers(string list, string text) =>
        [
            .. list.Split(',')
                .Select(part =>
                    PlainNumber.TryParse(part.Trim(), out double _)
                        ? float.Parse(part, CultureInfo.InvariantCulture)
                        : throw new InputException($"'{part.Trim()}' in the normalisation '{text}' is not a number.")
                ),
        ];
}
