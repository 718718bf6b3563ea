namespace Espalier.Data;

/// <summary>Files of a folder of one's own. One that changes while it is in use would give other numbers without a word.</summary>
/// <param name="files">Paths and labels.</param>
internal sealed class FolderFiles(IReadOnlyList<(string Path, int Label)> files) : ImageFiles
{
    // Length and time of each file as it was first read.
    private readonly (long Length, long Ticks)[] _seen = new (long, long)[files.Count];

    /// <inheritdoc/>
    public override ReadOnlyMemory<int> Labels { get; } = files.Select(file => file.Label).ToArray();

    /// <inheritdoc/>
    public override string PathOf(int file) => files[file].Path;

    /// <inheritdoc/>
    public override string? NameOf(int file) => null;

    /// <inheritdoc/>
    public override RentedBytes Read(int file)
    {
        string path = files[file].Path;
        (RentedBytes bytes, long ticks) = Whole(path);
        (long Length, long Ticks) now = (bytes.Memory.Length, ticks);
        if (_seen[file] != default && _seen[file] != now)
            throw new InputException($"'{path}' was changed while its images were in use: leave them as they are until the work is done.");
        _seen[file] = now;
        return bytes;
    }
}
