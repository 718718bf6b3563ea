using Espalier.Files;
using Espalier.Networks;

namespace Espalier.Data;

/// <summary>
/// Labelled images of one size, as bytes: in memory, or decoded from their files whenever they are needed. Immutable: parts of a set share
/// its memory.
/// </summary>
public sealed class ImageSet
{
    private readonly ImageSetContent _content;
    private readonly ReadOnlyMemory<byte> _pixels;
    private readonly IPixels? _source;
    private readonly int _first;

    /// <summary>Wraps pixels and labels; nothing is copied, so the memory must not be written to afterwards.</summary>
    /// <param name="name">What reports call the set, such as <c>cifar10/train</c>.</param>
    /// <param name="classes">Names of the classes, at least 1; label i means <c>classes[i]</c>.</param>
    /// <param name="channels">Channels of an image, at least 1.</param>
    /// <param name="height">Rows of an image, at least 1.</param>
    /// <param name="width">Columns of an image, at least 1.</param>
    /// <param name="pixels">Count · height · width · channels bytes in that order (N, H, W, C).</param>
    /// <param name="labels">One label an image, each from 0 and less than the number of classes.</param>
    /// <exception cref="InputException">The sizes do not fit each other, or a label has no class.</exception>
    public ImageSet(
        string name,
        IReadOnlyList<string> classes,
        int channels,
        int height,
        int width,
        ReadOnlyMemory<byte> pixels,
        ReadOnlyMemory<int> labels
    )
        : this(name, classes, channels, height, width, labels)
    {
        if (pixels.Length != (Int128)labels.Length * channels * height * width)
            throw new InputException(
                $"Image set '{name}' has {pixels.Length} bytes of pixels; "
                    + $"{labels.Length} labels and images of {height}x{width}x{channels} need "
                    + $"{(Int128)labels.Length * channels * height * width}."
            );
        _pixels = pixels;
    }

    /// <summary>Images that are made when they are needed.</summary>
    /// <param name="name">What reports call the set.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="source">Makes them.</param>
    /// <param name="labels">One an image.</param>
    /// <param name="first">The source's number of the first.</param>
    /// <param name="pixels">All of them, where they are in memory as well.</param>
    internal ImageSet(
        string name,
        IReadOnlyList<string> classes,
        int channels,
        int height,
        int width,
        IPixels source,
        ReadOnlyMemory<int> labels,
        int first = 0,
        ReadOnlyMemory<byte>? pixels = null
    )
        : this(name, classes, channels, height, width, labels)
    {
        (_source, _first, IsInMemory) = (source, first, pixels is not null);
        _pixels = pixels ?? default;
    }

    private ImageSet(string name, IReadOnlyList<string> classes, int channels, int height, int width, ReadOnlyMemory<int> labels)
    {
        if (classes.Count < 1)
            throw new InputException($"Image set '{name}' has no class; at least 1 was expected.");
        if (channels < 1 || height < 1 || width < 1)
            throw new InputException(
                $"Image set '{name}' has images of {height}x{width} pixels and {channels} channels; each must be at least 1."
            );
        if (labels.Length < 1)
            throw new InputException($"Image set '{name}' has no image.");
        int bad = labels.Span.IndexOfAnyExceptInRange(0, classes.Count - 1);
        if (bad >= 0)
            throw new InputException(
                $"Image {bad} of set '{name}' has label {labels.Span[bad]}; with {classes.Count} classes 0 to "
                    + $"{classes.Count - 1} were expected."
            );
        if ((long)channels * height * width > Array.MaxLength)
            throw new InputException($"Image set '{name}' has images of {height}x{width}x{channels}; at most {Array.MaxLength} bytes fit.");
        (Name, Classes, Channels, Height, Width, Labels) = (name, [.. classes], channels, height, width, labels);
        _content = new ImageSetContent(this);
    }

    /// <summary>The same of labels that fit into bytes, which are copied.</summary>
    /// <inheritdoc cref="ImageSet(string, IReadOnlyList{string}, int, int, int, ReadOnlyMemory{byte}, ReadOnlyMemory{int})"/>
    public ImageSet(
        string name,
        IReadOnlyList<string> classes,
        int channels,
        int height,
        int width,
        ReadOnlyMemory<byte> pixels,
        ReadOnlyMemory<byte> labels
    )
        : this(name, classes, channels, height, width, pixels, Array.ConvertAll(labels.ToArray(), label => (int)label)) { }

    /// <summary>What reports call the set.</summary>
    public string Name { get; }

    /// <summary>Names of the classes; label i means <c>Classes[i]</c>.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Channels of an image: 1 is grey, 3 is red, green, blue.</summary>
    public int Channels { get; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>Number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Bytes of one image.</summary>
    public int ImageSize => Channels * Height * Width;

    /// <summary>Whether the pixels are in memory; otherwise they are decoded whenever they are needed.</summary>
    public bool IsInMemory { get; } = true;

    /// <summary>Pixels, N, H, W, C, of a set that is in memory.</summary>
    /// <exception cref="InvalidOperationException">It is not: <see cref="Read"/> gives one image.</exception>
    public ReadOnlyMemory<byte> Pixels =>
        IsInMemory ? _pixels : throw new InvalidOperationException($"The images of '{Name}' are not in memory: they are read one by one.");

    /// <summary>Reads one image, wherever it is.</summary>
    /// <param name="image">Which, from 0.</param>
    /// <param name="target">Gets its height · width · channels bytes.</param>
    /// <exception cref="InputException">Its file cannot be read any more, or was changed.</exception>
    public void Read(int image, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(image, Count);
        if (IsInMemory)
            _pixels.Span.Slice(image * ImageSize, ImageSize).CopyTo(target);
        else
            _source!.Read(_first + image, null, target[..ImageSize]);
    }

    /// <summary>Images made ahead of whoever wants them in this order.</summary>
    /// <param name="order">Which.</param>
    /// <param name="crop">Chooses parts of them; null for images as they are.</param>
    internal ImagesAhead Ahead(int[] order, EpochCrop? crop = null) =>
        new(_source ?? new MemoryPixels(this), ImageSize, order, _source is null ? 0 : _first, crop);

    /// <summary>Labels, [N].</summary>
    public ReadOnlyMemory<int> Labels { get; }

    /// <summary>
    /// Names the content: 64 hexadecimal digits that are equal for sets of the same images, labels, size and number of classes, in the same
    /// order, and for no others (SHA-256). Computed on first use, in some tenths of a second for 50,000 images of CIFAR. Of ImageNet and
    /// its like it is of the files' names and lengths and the way they become images.
    /// </summary>
    public string Digest => _content.Digest;

    /// <summary>Refuses a network that takes other images or knows another number of classes.</summary>
    /// <param name="network">What is to see them.</param>
    /// <param name="name">What the message calls the set; null for its own name.</param>
    /// <exception cref="InputException">It does.</exception>
    public void MustSuit(Network network, string? name = null)
    {
        Shape shape = ImageShape;
        if (network.InputShape != shape || network.Classes != Classes.Count)
            throw new InputException(
                $"{network.Name} takes images {network.InputShape} of {network.Classes} classes; "
                    + $"{name ?? Name} has images {shape} of {Classes.Count} classes: name the data set that the network is for "
                    + $"(--dataset)."
            );
    }

    /// <summary>Refuses a network that takes other images; their labels may be of other classes, where nothing reads them.</summary>
    /// <param name="network">What is to see them.</param>
    /// <param name="name">What the message calls the set; null for its own name.</param>
    /// <exception cref="InputException">It does.</exception>
    public void MustBeSeenBy(Network network, string? name = null)
    {
        if (network.InputShape != ImageShape)
            throw new InputException(
                $"{network.Name} takes images {network.InputShape}; {name ?? Name} has images {ImageShape}: name images of that size "
                    + "(--dataset, --image-size)."
            );
    }

    private Shape ImageShape => Shape.Maps(Channels, Height, Width);

    /// <summary>The first images of the set.</summary>
    /// <param name="count">How many, 1 to <see cref="Count"/>.</param>
    /// <exception cref="InputException">There are not so many.</exception>
    public ImageSet Take(int count) =>
        count >= 1 && count <= Count
            ? Subset(..count)
            : throw new InputException($"{count} images were asked for of '{Name}'; it has 1 to {Count} to give.");

    /// <summary>A run of images of the set, without a copy.</summary>
    /// <param name="range">Which images, in C#'s notation: <c>100..200</c>, <c>^1000..</c>.</param>
    /// <exception cref="InputException">The range is empty or not within the set.</exception>
    public ImageSet Subset(Range range)
    {
        int start = range.Start.GetOffset(Count),
            end = range.End.GetOffset(Count);
        if (start < 0 || end > Count || start >= end)
            throw new InputException($"Images {range} were asked for of '{Name}', which has {Counted.Of(Count, "image")}.");
        if (_source is { } source)
            return new ImageSet(
                Name,
                Classes,
                Channels,
                Height,
                Width,
                source,
                Labels[start..end],
                _first + start,
                IsInMemory ? _pixels[(start * ImageSize)..(end * ImageSize)] : (ReadOnlyMemory<byte>?)null
            );
        return new ImageSet(Name, Classes, Channels, Height, Width, Pixels[(start * ImageSize)..(end * ImageSize)], Labels[start..end]);
    }

    /// <summary>How many images each class has.</summary>
    /// <returns>Counts in the order of <see cref="Classes"/>.</returns>
    public int[] ClassCounts()
    {
        int[] counts = new int[Classes.Count];
        foreach (int label in Labels.Span)
            counts[label]++;
        return counts;
    }

    /// <summary>Mean and standard deviation of each channel, in [0, 1]: of all pixels, of ImageNet of those of 10,000 images.</summary>
    public ChannelStatistics Statistics() => _content.Statistics();

    /// <summary>Whether its files say which they are.</summary>
    internal bool IsNamed => Named is { IsNamed: true };

    /// <summary>How files that say which they are become images; see <see cref="INamedPixels.HowRead"/>.</summary>
    internal string HowRead => Named!.HowRead;

    /// <summary>What tells an image's file from others.</summary>
    internal string NameOf(int image) => Named!.NameOf(_first + image);

    private INamedPixels? Named => _source as INamedPixels;
}
