namespace Espalier.Runtime.Loading;

/// <summary>Libraries that are in this process.</summary>
internal static class LoadedFiles
{
    private const string Maps = "/proc/self/maps";

    /// <summary>Paths of the loaded files whose name begins so, each once; none where the system does not tell.</summary>
    /// <param name="name">Such as <c>libtorch_cpu.so</c>, or <c>libcudnn.so</c> for <c>libcudnn.so.9</c>.</param>
    public static IReadOnlyList<string> Named(string name) =>
        File.Exists(Maps)
            ?
            [
                .. File.ReadLines(Maps)
                    .Select(PathIn)
                    .OfType<string>()
                    .Where(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal))
                    .Distinct(StringComparer.Ordinal),
            ]
            : [];

    /// <summary>A line is <c>addresses rights offset device inode path</c>; the path may have blanks.</summary>
    private static string? PathIn(string line) => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? line[at..] : null;
}
