using System.Globalization;

namespace Espalier.Data;

/// <summary>The training or the test images of files, decoded as they are asked for.</summary>
internal sealed class DecodedPart : INamedPixels
{
    // What is decoded at a fraction of its size is resized at least by so much more: the decoder's own filter is a coarser one.
    private const int LeastReduction = 2;

    private readonly ImageFiles _files;
    private readonly OwnImageOptions _options;
    private readonly (int Height, int Width) _size;
    private readonly IImageDecoder _decoder;
    private readonly DamagedImages _damaged;

    /// <param name="files">Files and their labels.</param>
    /// <param name="options">How they become images.</param>
    /// <param name="size">Rows and columns of all.</param>
    /// <param name="decoder">Decodes them.</param>
    public DecodedPart(ImageFiles files, OwnImageOptions options, (int Height, int Width) size, IImageDecoder decoder)
    {
        (_files, _options, _size, _decoder) = (files, options, size, decoder);
        _damaged = new DamagedImages(files.Labels, options);
    }

    /// <inheritdoc/>
    public int Threads => _options.DecodingThreads ?? Environment.ProcessorCount;

    /// <inheritdoc/>
    public bool IsNamed => _files.NameOf(0) is not null;

    /// <inheritdoc/>
    public string HowRead =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(_options.Stretch ? "stretch" : "crop")} {_options.ResizeTo} {(_options.SkipsDamaged == true ? "skip" : "refuse")}"
                + $"{(_options.ScaledDecoding ? " scaled" : "")}"
        );

    /// <summary>Bytes of one image.</summary>
    public int ImageSize => _size.Height * _size.Width * _options.Channels;

    /// <summary>Bytes of all.</summary>
    public long Length => (long)ImageSize * _files.Labels.Length;

    /// <inheritdoc/>
    public string NameOf(int image) => _files.NameOf(image)!;

    /// <summary>The images as a set.</summary>
    /// <param name="name">What reports call it.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="inMemory">Whether they are decoded now, several at a time, and kept as bytes.</param>
    /// <exception cref="InputException">A file is no image, damaged, or of another size.</exception>
    public ImageSet Set(string name, IReadOnlyList<string> classes, bool inMemory)
    {
        ReadOnlyMemory<byte>? pixels = inMemory ? new ReadOnlyMemory<byte>(All()) : (ReadOnlyMemory<byte>?)null;
        return new ImageSet(name, classes, _options.Channels, _size.Height, _size.Width, this, _files.Labels, pixels: pixels);
    }

    private byte[] All()
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>((int)Length);
        AllAtOnce.For(_files.Labels.Length, Threads, i => Read(i, null, pixels.AsSpan(i * ImageSize, ImageSize)));
        return pixels;
    }

    /// <inheritdoc/>
    public void Read(int image, WindowChoice? choose, Span<byte> target)
    {
        for (int file = image; ; file = _damaged.InPlaceOf(file))
        {
            if (_damaged.IsKnown(file))
                continue;
            using RentedBytes bytes = _files.Read(file);
            (int Height, int Width) resized = _size;
            DecodedWindow? part = _damaged.Try(file, () => Decode(bytes.Memory, _files.PathOf(file), choose, out resized));
            if (part is null)
                continue;
            using (part)
            {
                if (choose is null)
                    ImageFit.Fit(part, resized, _options, _size, target);
                else
                    ImageFit.Stretch(part, _options.Channels, _size, target);
            }
            return;
        }
    }

    /// <summary>A file's part, or all of it, and what that is to be resized to.</summary>
    private DecodedWindow Decode(ReadOnlyMemory<byte> bytes, string path, WindowChoice? choose, out (int Height, int Width) resized)
    {
        (int Height, int Width) to = _size;
        DecodedWindow found = _options.ScaledDecoding
            ? _decoder.DecodeScaled(
                bytes,
                path,
                Part,
                part => Math.Min((double)part.Height / to.Height, (double)part.Width / to.Width) / LeastReduction
            )
            : _decoder.Decode(bytes, path, Part);
        resized = to;
        return found;

        ImageWindow Part(int height, int width)
        {
            if (_options.Size is null && (height, width) != _size)
                throw new InputException(
                    $"'{path}' has {height}x{width} pixels, the first image {_size.Height}x{_size.Width}: "
                        + "say to what size to bring them (--image-size)."
                );
            if (choose is not null)
                return choose(height, width);
            to = ImageFit.Resized(height, width, _options, _size);
            return new ImageWindow(0, 0, height, width);
        }
    }

    /// <summary>Rows and columns of a file.</summary>
    public static (int Height, int Width) SizeOf(ImageFiles files, IImageDecoder decoder)
    {
        using RentedBytes bytes = files.Read(0);
        ColourImage first = decoder.Decode(bytes.Memory.ToArray(), files.PathOf(0));
        return (first.Height, first.Width);
    }
}
