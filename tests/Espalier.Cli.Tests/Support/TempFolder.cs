namespace Espalier.Cli.Tests.Support;

/// <summary>A folder of its own for one class, removed afterwards.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    public TempFolder() => Path = Directory.CreateTempSubdirectory("espalier-cli-").FullName;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Path of something in it; nothing is created.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, and the folders above it.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>Writes a text file.</summary>
    /// <returns>Its path.</returns>
    public string WriteText(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Files in it and below with a digest of their bytes.</summary>
    public Dictionary<string, string> Digests(string below = "") =>
        Directory.Exists(this[below])
            ? Directory
                .EnumerateFiles(this[below], "*", SearchOption.AllDirectories)
                .ToDictionary(
                    file => System.IO.Path.GetRelativePath(Path, file),
                    file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))),
                    StringComparer.Ordinal
                )
            : [];

    /// <summary>Removes it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
