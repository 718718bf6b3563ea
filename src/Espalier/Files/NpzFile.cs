using System.IO.Compression;

namespace Espalier.Files;

/// <summary>
/// Reads the arrays that numpy.savez or savez_compressed put into a zip file. How long an entry really is, is counted before memory is set
/// aside for it.
/// </summary>
internal static class NpzFile
{
    private const string Ending = ".npy";

    /// <summary>Whether a file is a zip file of NumPy arrays.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static bool IsOne(string path)
    {
        using FileStream stream = FileFaults.Open(path);
        if (FileFaults.Reading(path, () => FileKinds.Of(stream)) != FileKind.Zip)
            return false;
        return FileFaults.ReadingZip(
            path,
            () =>
            {
                using ZipArchive zip = new(stream, ZipArchiveMode.Read);
                return zip.Entries.Count > 0 && zip.Entries.All(entry => entry.FullName.EndsWith(Ending, StringComparison.Ordinal));
            }
        );
    }

    /// <summary>Reads all arrays.</summary>
    /// <exception cref="InputException">The file is absent or damaged, or holds something else than arrays of numbers.</exception>
    public static TensorFile Read(string path)
    {
        using FileStream stream = FileFaults.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads all arrays of a stream that can seek.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="InputException">It is damaged, or holds something else than arrays of numbers.</exception>
    public static TensorFile Read(Stream stream, string path) =>
        FileFaults.ReadingZip(
            path,
            () =>
            {
                using ZipArchive zip = new(stream, ZipArchiveMode.Read, leaveOpen: true);
                long left = Unfolding.Most(stream.Length);
                var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
                foreach (ZipArchiveEntry entry in zip.Entries)
                {
                    string name = entry.FullName.EndsWith(Ending, StringComparison.Ordinal)
                        ? entry.FullName[..^Ending.Length]
                        : entry.FullName;
                    if (
                        !StoredTensor.IsWellFormed(name) || !tensors.TryAdd(name, NpyArray.Read(Content(entry, ref left, path), name, path))
                    )
                        throw new InputException($"'{path}' holds '{FileFaults.Shorten(name)}' twice.");
                }
                return new TensorFile(path, tensors.Values);
            }
        );

    private static byte[] Content(ZipArchiveEntry entry, ref long left, string path)
    {
        string label = FileFaults.Shorten(entry.FullName);
        if (entry.Length > Math.Min(left, Array.MaxLength))
            throw new InputException($"'{path}' holds '{label}' of {entry.Length} bytes; at most {Math.Min(left, Array.MaxLength)} fit.");
        long length = 0;
        using (Stream counted = entry.Open())
        {
            byte[] buffer = new byte[64 << 10];
            for (int read; length <= entry.Length && (read = counted.Read(buffer)) > 0; )
                length += read;
        }
        if (length != entry.Length)
            throw new InputException($"'{path}' is damaged: '{label}' has {length} bytes or more, not the {entry.Length} that it claims.");
        left -= entry.Length;
        byte[] bytes = new byte[entry.Length];
        using Stream content = entry.Open();
        content.ReadExactly(bytes);
        return Crc32.Of(bytes) == entry.Crc32
            ? bytes
            : throw new InputException($"'{path}' is damaged: the checksum of '{label}' does not match.");
    }
}
