namespace Espalier.Data;

/// <summary>Images and their labels in memory; checked when made, never changed.</summary>
public sealed class ImageSet
{
    /// <summary>Checks sizes and labels.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="classes">Names of the classes, in the order of their labels; 1 to 256.</param>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="pixels">0..255 in the order image, row, column, channel.</param>
    /// <param name="labels">One an image, below the number of classes.</param>
    /// <exception cref="InputException">Sizes do not fit, there are no images, or a label is out of range.</exception>
    public ImageSet(string name, IReadOnlyList<string> classes, int channels, int height, int width, ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels)
    {
        if (channels < 1 || height < 1 || width < 1 || labels.Length == 0) throw new InputException($"{name} has {labels.Length} images of {channels}x{height}x{width}; expected at least one of each.");
        if (pixels.Length != (long)labels.Length * channels * height * width)
            throw new InputException($"{name} has {pixels.Length} pixel bytes for {labels.Length} labels; expected {(long)labels.Length * channels * height * width}, {channels}x{height}x{width} an image.");
        int wrong = labels.Span.IndexOfAnyExceptInRange((byte)0, (byte)(classes.Count - 1));
        if (wrong >= 0) throw new InputException($"{name}: image {wrong} has label {labels.Span[wrong]}; expected 0 to {classes.Count - 1}.");
        (Name, Classes, Channels, Height, Width, Pixels, Labels) = (name, [.. classes], channels, height, width, pixels, labels);
    }

    /// <summary>What to call it in messages.</summary>
    public string Name { get; }

    /// <summary>Names of the classes, in the order of their labels.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>1 for grey, 3 for colour.</summary>
    public int Channels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Images.</summary>
    public int Count => Labels.Length;

    /// <summary>0..255 in the order image, row, column, channel.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>One an image.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>The first images.</summary>
    /// <exception cref="InputException">There are fewer.</exception>
    public ImageSet Take(int count) => count >= 1 && count <= Count
        ? new ImageSet(Name, Classes, Channels, Height, Width, Pixels[..(count * Channels * Height * Width)], Labels[..count])
        : throw new InputException($"{Name} has {Count} images; {count} were asked for.");

    /// <summary>Mean and standard deviation of every channel over all pixels, in [0, 1].</summary>
    public (double[] Mean, double[] Std) Statistics()
    {
        long[] sum = new long[Channels], squares = new long[Channels];
        ReadOnlySpan<byte> pixels = Pixels.Span;
        for (int i = 0, channel = 0; i < pixels.Length; i++, channel = channel + 1 == Channels ? 0 : channel + 1)
        {
            sum[channel] += pixels[i];
            squares[channel] += pixels[i] * pixels[i];
        }
        double count = (double)Count * Height * Width;
        double[] mean = [.. sum.Select(value => value / count / 255)];
        return (mean, [.. squares.Select((value, c) => Math.Sqrt(Math.Max(0, value / count / 255 / 255 - mean[c] * mean[c])))]);
    }
}
