using Espalier.Files;

namespace Espalier.Data;

/// <summary>Files of labelled images, read as they are needed, by several threads at once.</summary>
internal abstract class ImageFiles
{
    private const long LargestFile = 256 << 20;

    /// <summary>One label a file.</summary>
    public abstract ReadOnlyMemory<int> Labels { get; }

    /// <summary>What messages call a file.</summary>
    public abstract string PathOf(int file);

    /// <summary>What tells a file from others without reading it; null where its pixels must.</summary>
    public abstract string? NameOf(int file);

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It cannot be read, or is another one than it was.</exception>
    public abstract RentedBytes Read(int file);

    /// <summary>The whole of a file, with its time.</summary>
    protected static (RentedBytes Bytes, long Ticks) Whole(string path) =>
        FileFaults.Reading(
            path,
            () =>
            {
                using FileStream stream = PlainFile.Open(path);
                long length = stream.Length;
                if (length > LargestFile)
                    throw new InputException($"'{path}' has {length} bytes; an image of at most {LargestFile} was expected.");
                var bytes = new RentedBytes((int)length);
                stream.ReadExactly(bytes.Array.AsSpan(0, (int)length));
                return (bytes, File.GetLastWriteTimeUtc(stream.SafeFileHandle).Ticks);
            }
        );
}
