using System.Security.Cryptography;
using System.Text;

namespace Espalier.Tests.Support;

/// <summary>A folder of its own for one test or one class, removed afterwards.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    public TempFolder() => Path = Directory.CreateTempSubdirectory("espalier-test-").FullName;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Names of the files and folders right in it, sorted.</summary>
    public string[] Names =>
        [.. Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry)).Order(StringComparer.Ordinal)];

    /// <summary>Path of something in it; nothing is created.</summary>
    public string this[params string[] names] => System.IO.Path.Combine([Path, .. names]);

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
    public string WriteText(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Files in it and below, relative, sorted.</summary>
    public string[] Files() =>
        [
            .. Directory
                .EnumerateFiles(Path, "*", SearchOption.AllDirectories)
                .Select(file => System.IO.Path.GetRelativePath(Path, file))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Files in it and below with a digest of their bytes.</summary>
    public Dictionary<string, string> Digests(string below = "") =>
        Directory.Exists(this[below])
            ? Directory
                .EnumerateFiles(this[below], "*", SearchOption.AllDirectories)
                .ToDictionary(
                    file => System.IO.Path.GetRelativePath(Path, file),
                    file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))),
                    StringComparer.Ordinal
                )
            : [];

    /// <summary>Removes it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
