namespace Espalier.Data;

/// <summary>An image file as a folder lists it.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Label">Its class.</param>
internal readonly record struct ListedFile(string Folder, string Name, long Length, int Label);

/// <summary>Files that were listed with their lengths, which say what they are.</summary>
/// <param name="files">They.</param>
/// <param name="index">The file that they were taken from; null where their folders were listed.</param>
internal sealed class ListedFiles(ListedFile[] files, string? index = null) : ImageFiles
{
    /// <inheritdoc/>
    public override ReadOnlyMemory<int> Labels { get; } = Array.ConvertAll(files, file => file.Label);

    /// <inheritdoc/>
    public override string PathOf(int file) => Path.Combine(files[file].Folder, files[file].Name);

    /// <inheritdoc/>
    public override string? NameOf(int file) => $"{files[file].Name} {files[file].Length}";

    /// <inheritdoc/>
    public override RentedBytes Read(int file)
    {
        (RentedBytes bytes, _) = Whole(PathOf(file));
        if (bytes.Memory.Length == files[file].Length)
            return bytes;
        int length = bytes.Memory.Length;
        bytes.Dispose();
        throw new InputException(
            index is null
                ? $"'{PathOf(file)}' was changed after it was listed: leave images as they are until the work is done."
                : $"'{PathOf(file)}' has {length} bytes, and {files[file].Length} in the index '{index}': leave images as they are, or "
                    + "remove the index if they were changed before this work."
        );
    }
}
