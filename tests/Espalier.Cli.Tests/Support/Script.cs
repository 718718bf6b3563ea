namespace Espalier.Cli.Tests.Support;

/// <summary>Programs of a test's own, to be found on a PATH.</summary>
internal static class Script
{
    /// <summary>Writes a shell script that can be started.</summary>
    /// <returns>Its path.</returns>
    public static string Write(TempFolder folder, string name, string text)
    {
        string path = folder.WriteText(name, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
