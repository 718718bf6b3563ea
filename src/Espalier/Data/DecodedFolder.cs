using System.Runtime.ExceptionServices;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>Decodes the files of a folder, several at a time, into the bytes of an image set.</summary>
internal static class DecodedFolder
{
    private const long LargestFile = 256 << 20;

    /// <summary>Decodes training and test images.</summary>
    public static (ImageSet Train, ImageSet Test) Read(string name, ImageFolder folder, OwnImageOptions options, IImageDecoder decoder)
    {
        (int Height, int Width) size = options.Size ?? SizeOf(folder.Train[0].Path, decoder);
        return (Part("train", folder.Train), Part("test", folder.Test));

        ImageSet Part(string part, IReadOnlyList<(string Path, int Label)> files)
        {
            int bytes = size.Height * size.Width * options.Channels;
            if ((long)bytes * files.Count > Array.MaxLength)
                throw new InputException(
                    $"{Counted.Of(files.Count, "image")} of {size.Height}x{size.Width}x{options.Channels} take "
                        + $"{(long)bytes * files.Count} bytes; at most {Array.MaxLength} fit: choose a smaller --image-size."
                );
            byte[] pixels = new byte[bytes * files.Count];
            InParallel(
                files.Count,
                i =>
                {
                    ColourImage image = Decode(files[i].Path, decoder);
                    if (options.Size is null && (image.Height, image.Width) != size)
                        throw new InputException(
                            $"'{files[i].Path}' has {image.Height}x{image.Width} pixels, the first image {size.Height}x{size.Width}: "
                                + "say to what size to bring them (--image-size)."
                        );
                    ImageFit.Fit(image, options, size).CopyTo(pixels, i * bytes);
                }
            );
            int[] labels = [.. files.Select(file => file.Label)];
            return new ImageSet($"{name}/{part}", folder.Classes, options.Channels, size.Height, size.Width, pixels, labels);
        }
    }

    /// <summary>Several at a time; what is wrong with one of them is thrown as it is.</summary>
    private static void InParallel(int count, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, work);
        }
        catch (AggregateException fault) when (fault.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private static (int, int) SizeOf(string path, IImageDecoder decoder)
    {
        ColourImage first = Decode(path, decoder);
        return (first.Height, first.Width);
    }

    private static ColourImage Decode(string path, IImageDecoder decoder)
    {
        byte[] file = FileFaults.Reading(
            path,
            () =>
            {
                using FileStream stream = FileFaults.Open(path);
                if (stream.Length > LargestFile)
                    throw new InputException($"'{path}' has {stream.Length} bytes; an image of at most {LargestFile} was expected.");
                byte[] bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return bytes;
            }
        );
        return decoder.Decode(file, path);
    }
}
