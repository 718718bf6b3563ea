using System.Security.Cryptography;
using System.Text;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>
/// The file of an <see cref="ImageIndex"/>: a line that says what it is, folders with times, names and lengths, and a SHA-256 of all that.
/// </summary>
internal static class ImageIndexFile
{
    private const string Beside = ".espalier-index",
        CacheVariable = "XDG_CACHE_HOME";

    // A folder that changed just before it was listed may have changed again without another time.
    private const long Settled = 5 * TimeSpan.TicksPerSecond;

    private static readonly byte[] s_start = "espalier index of images 1\n"u8.ToArray();

    /// <summary>Where the index of a folder may be: beside its images, or among the user's caches.</summary>
    /// <param name="folder">It.</param>
    /// <param name="caches">Null for those that the environment names.</param>
    public static IEnumerable<string> Places(string folder, string? caches)
    {
        yield return Path.Combine(folder, Beside);
        caches ??= Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder))));
        if (Path.IsPathRooted(caches))
            yield return Path.Combine(caches, "espalier", "images", $"{name}.index");
    }

    /// <summary>Writes it, whole or not at all.</summary>
    /// <exception cref="InputException">The place cannot be written to.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, FolderListing> folders)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(s_start);
            writer.Write7BitEncodedInt(folders.Count);
            foreach ((string name, FolderListing listing) in folders)
            {
                writer.Write(name);
                writer.Write(listing.Ticks);
                writer.Write(listing.Age);
                writer.Write7BitEncodedInt(listing.Images.Count);
                foreach ((string image, long length) in listing.Images)
                {
                    writer.Write(image);
                    writer.Write7BitEncodedInt64(length);
                }
            }
        }
        ReadOnlyMemory<byte> bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        AtomicFile.Write(
            path,
            stream =>
            {
                stream.Write(bytes.Span);
                stream.Write(SHA256.HashData(bytes.Span));
            }
        );
    }

    /// <summary>Reads what may be relied on; null where it is damaged or none.</summary>
    public static IReadOnlyDictionary<string, FolderListing>? Read(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            long written = File.GetLastWriteTimeUtc(path).Ticks;
            int length = bytes.Length - SHA256.HashSizeInBytes;
            if (
                length < s_start.Length
                || !bytes.AsSpan().StartsWith(s_start)
                || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length))
            )
                return null;
            using var reader = new BinaryReader(new MemoryStream(bytes, s_start.Length, length - s_start.Length), Encoding.UTF8);
            Dictionary<string, FolderListing> folders = new(StringComparer.Ordinal);
            for (int left = reader.Read7BitEncodedInt(); left > 0; left--)
            {
                string name = reader.ReadString();
                long ticks = reader.ReadInt64(),
                    age = reader.ReadInt64();
                var images = new List<(string, long)>();
                for (int more = reader.Read7BitEncodedInt(); more > 0; more--)
                    images.Add((reader.ReadString(), reader.Read7BitEncodedInt64()));
                if (ticks < written - age - Settled)
                    folders[name] = new FolderListing(ticks, 0, images);
            }
            return folders;
        }
        catch (Exception fault) when (FileFaults.IsFault(fault) || fault is FormatException)
        {
            return null;
        }
    }
}
