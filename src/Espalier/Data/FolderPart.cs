using System.Runtime.ExceptionServices;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>The training or the test images of a folder, decoded as they are asked for.</summary>
internal sealed class FolderPart : IPixels
{
    private const long LargestFile = 256 << 20;

    private readonly IReadOnlyList<(string Path, int Label)> _files;
    private readonly OwnImageOptions _options;
    private readonly (int Height, int Width) _size;
    private readonly IImageDecoder _decoder;

    // Length and time of each file as it was first read: one that changes in the meantime would give other numbers without a word.
    private readonly (long Length, long Ticks)[] _seen;

    /// <param name="files">Files and their labels.</param>
    /// <param name="options">How they become images.</param>
    /// <param name="size">Rows and columns of all.</param>
    /// <param name="decoder">Decodes them.</param>
    public FolderPart(
        IReadOnlyList<(string Path, int Label)> files,
        OwnImageOptions options,
        (int Height, int Width) size,
        IImageDecoder decoder
    )
    {
        (_files, _options, _size, _decoder) = (files, options, size, decoder);
        _seen = new (long, long)[files.Count];
    }

    /// <inheritdoc/>
    public int Threads => _options.DecodingThreads ?? Environment.ProcessorCount;

    /// <summary>Bytes of one image.</summary>
    public int ImageSize => _size.Height * _size.Width * _options.Channels;

    /// <summary>Bytes of all.</summary>
    public long Length => (long)ImageSize * _files.Count;

    /// <summary>The images as a set.</summary>
    /// <param name="name">What reports call it.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="inMemory">Whether they are decoded now, several at a time, and kept as bytes.</param>
    /// <exception cref="InputException">A file is no image, damaged, or of another size.</exception>
    public ImageSet Set(string name, IReadOnlyList<string> classes, bool inMemory)
    {
        int[] labels = [.. _files.Select(file => file.Label)];
        if (!inMemory)
            return new ImageSet(name, classes, _options.Channels, _size.Height, _size.Width, this, labels);
        byte[] pixels = GC.AllocateUninitializedArray<byte>((int)Length);
        try
        {
            Parallel.For(
                0,
                _files.Count,
                new ParallelOptions { MaxDegreeOfParallelism = Threads },
                i => Read(i, pixels.AsSpan(i * ImageSize, ImageSize))
            );
        }
        catch (AggregateException fault) when (fault.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } first)
        {
            ExceptionDispatchInfo.Throw(first); // what is wrong with one of them, as it is
        }
        return new ImageSet(name, classes, _options.Channels, _size.Height, _size.Width, pixels, labels);
    }

    /// <inheritdoc/>
    public void Read(int image, Span<byte> target)
    {
        string path = _files[image].Path;
        ColourImage found = _decoder.Decode(Bytes(path, ref _seen[image]), path);
        if (_options.Size is null && (found.Height, found.Width) != _size)
            throw new InputException(
                $"'{path}' has {found.Height}x{found.Width} pixels, the first image {_size.Height}x{_size.Width}: "
                    + "say to what size to bring them (--image-size)."
            );
        ImageFit.Fit(found, _options, _size).CopyTo(target);
    }

    /// <summary>Rows and columns of a file.</summary>
    public static (int Height, int Width) SizeOf(string path, IImageDecoder decoder)
    {
        (long, long) seen = default;
        ColourImage first = decoder.Decode(Bytes(path, ref seen), path);
        return (first.Height, first.Width);
    }

    private static byte[] Bytes(string path, ref (long Length, long Ticks) seen)
    {
        (byte[] bytes, long ticks) = FileFaults.Reading(
            path,
            () =>
            {
                using FileStream stream = FileFaults.Open(path);
                if (stream.Length > LargestFile)
                    throw new InputException($"'{path}' has {stream.Length} bytes; an image of at most {LargestFile} was expected.");
                byte[] bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return (bytes, File.GetLastWriteTimeUtc(stream.SafeFileHandle).Ticks);
            }
        );
        if (seen != default && seen != (bytes.Length, ticks))
            throw new InputException($"'{path}' was changed while its images were in use: leave them as they are until the work is done.");
        seen = (bytes.Length, ticks);
        return bytes;
    }
}
