namespace Espalier.Cli.Tests.Support;

/// <summary>The repository that the tests were built in.</summary>
internal static class Repository
{
    private static readonly string s_root = Find();

    /// <summary>Path of a file or a folder of it.</summary>
    public static string PathOf(string name) => Path.Combine(s_root, name);

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Espalier.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
