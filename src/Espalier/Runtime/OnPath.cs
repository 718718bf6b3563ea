namespace Espalier.Runtime;

/// <summary>Programs that a shell would find.</summary>
public static class OnPath
{
    /// <summary>The full path of a program by its name; null if no folder of PATH has it.</summary>
    /// <param name="program">Its name, such as <c>python3</c>. The current folder is not looked into: a shell does not either.</param>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(IsProgram);

    private static bool IsProgram(string path)
    {
        const UnixFileMode anybody = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & anybody) != 0);
    }
}
