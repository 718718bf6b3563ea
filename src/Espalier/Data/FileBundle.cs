using Espalier.Files;

namespace Espalier.Data;

/// <summary>A few named files with known lengths, in a folder or in an archive.</summary>
internal abstract class FileBundle
{
    /// <summary>Path of the folder or archive, for messages.</summary>
    public abstract string Where { get; }

    /// <summary>The wanted files that are there, with their true lengths.</summary>
    public abstract IReadOnlyDictionary<string, long> Lengths { get; }

    /// <summary>Hands over the content of each of the files, in whatever order they lie.</summary>
    public abstract void Visit(Action<string, Stream> visit);

    /// <summary>What messages call a file.</summary>
    public string PathOf(string file) => Path.Combine(Where, file);
}

/// <summary>Files of a folder.</summary>
internal sealed class FolderBundle : FileBundle
{
    /// <summary>Looks which of the files are there.</summary>
    public FolderBundle(string folder, IEnumerable<string> wanted)
    {
        Where = folder;
        Lengths = wanted
            .Select(name => new FileInfo(Path.Combine(folder, name)))
            .Where(file => file.Exists)
            .ToDictionary(file => file.Name, file => file.Length);
    }

    /// <inheritdoc/>
    public override string Where { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, long> Lengths { get; }

    /// <inheritdoc/>
    public override void Visit(Action<string, Stream> visit)
    {
        foreach (string name in Lengths.Keys)
        {
            FileFaults.Reading(
                PathOf(name),
                () =>
                {
                    using FileStream file = new(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
                    visit(name, file);
                    return true;
                }
            );
        }
    }
}
