using System.Diagnostics;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>
/// The images in folders of one folder, with their lengths, which are kept in a file so that a million of them are listed once. Folders
/// that changed since, as their times say, are listed anew.
/// </summary>
/// <remarks>
/// A file that was written over in place changes no folder's time: whoever reads it compares its length with the one listed and refuses.
/// Names and lengths are those of the files, kept or not, so that what images are called does not depend on it.
/// </remarks>
internal sealed class ImageIndex
{
    private readonly string _folder;
    private readonly OwnImageOptions _options;
    private readonly IReadOnlyDictionary<string, FolderListing> _kept;
    private readonly SortedDictionary<string, FolderListing> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _listedAt = new(StringComparer.Ordinal);

    private ImageIndex(string folder, OwnImageOptions options, string? path, IReadOnlyDictionary<string, FolderListing> kept) =>
        (_folder, _options, Path, _kept) = (folder, options, path, kept);

    /// <summary>Where what is known was read from; null where nothing was kept.</summary>
    public string? Path { get; }

    /// <summary>Opens what is kept of a folder, if anything is.</summary>
    /// <param name="folder">It.</param>
    /// <param name="options">Who hears that an index is damaged, and from how many images on one is kept.</param>
    public static ImageIndex Of(string folder, OwnImageOptions options)
    {
        // The latest: beside images that can no longer be written to, an old one stays for ever.
        foreach (
            string path in ImageIndexFile.Places(folder, options.Caches).Where(File.Exists).OrderByDescending(File.GetLastWriteTimeUtc)
        )
        {
            if (ImageIndexFile.Read(path) is { } kept)
                return new ImageIndex(folder, options, path, kept);
            options.Note?.Invoke($"the index '{path}' is damaged or of another program: files are listed anew");
        }
        return new ImageIndex(folder, options, null, new Dictionary<string, FolderListing>());
    }

    /// <summary>The images of one of its folders, in the order of their names.</summary>
    /// <param name="folder">Its full path.</param>
    public IReadOnlyList<(string Name, long Length)> Images(string folder)
    {
        string name = System.IO.Path.GetRelativePath(_folder, folder);
        if (_seen.TryGetValue(name, out FolderListing? seen))
            return seen.Images;
        long ticks = TimeOf(folder);
        if (ticks != 0 && _kept.TryGetValue(name, out FolderListing? kept) && kept.Ticks == ticks)
            return (_seen[name] = kept).Images;
        _listedAt[name] = Stopwatch.GetTimestamp();
        (string, long)[] images =
        [
            .. new DirectoryInfo(folder)
                .EnumerateFiles()
                .Where(file => ImageFolder.IsImage(file.Name))
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => (file.Name, LengthOf(file))),
        ];
        return (_seen[name] = new FolderListing(ticks, 0, images)).Images;
    }

    /// <summary>Of a link, the length of what it leads to: that is what will be read.</summary>
    private static long LengthOf(FileInfo file) =>
        file.Attributes.HasFlag(FileAttributes.ReparsePoint)
        && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target
            ? target.Length
            : file.Length;

    /// <summary>Keeps what was listed, beside the images or else among the user's caches.</summary>
    public void Keep()
    {
        if (_listedAt.Count == 0 || _seen.Values.Sum(listing => listing.Images.Count) < _options.IndexedFrom)
            return;
        foreach ((string name, long begun) in _listedAt)
            _seen[name] = _seen[name] with { Age = Stopwatch.GetElapsedTime(begun).Ticks };
        foreach (string path in ImageIndexFile.Places(_folder, _options.Caches))
            try
            {
                ImageIndexFile.Write(path, _seen);
                return;
            }
            catch (InputException)
            {
                // The next place may be written to; without any, files are listed again the next time.
            }
    }

    /// <summary>When names in a folder last changed; 0 where it cannot be known, as behind a link.</summary>
    private static long TimeOf(string folder) => new DirectoryInfo(folder) is { LinkTarget: null } found ? found.LastWriteTimeUtc.Ticks : 0;
}
