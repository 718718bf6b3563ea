using System.Diagnostics;
using System.Globalization;

namespace Espalier.Cli.Tests.Support;

/// <summary>Processes of this machine, for tests that stop or kill what they have started through others.</summary>
internal static class OtherProcesses
{
    /// <summary>Ids of those whose command line holds all of some words.</summary>
    public static int[] With(params string[] words) =>
        [
            .. All()
                .Where(id =>
                    Read(id, "cmdline")?.Replace('\0', ' ') is { } line && words.All(word => line.Contains(word, StringComparison.Ordinal))
                ),
        ];

    /// <summary>A process, and all that it has started.</summary>
    public static int[] Tree(int root)
    {
        ILookup<int, int> children = All().ToLookup(ParentOf);
        var found = new List<int> { root };
        for (int i = 0; i < found.Count; i++)
            found.AddRange(children[found[i]]);
        return [.. found];
    }

    /// <summary>Who started a process; 0 if it is gone.</summary>
    public static int ParentOf(int id) =>
        // "17 (name, which may hold anything) S 1 ...": the parent is the second field after the last bracket.
        Read(id, "stat") is { } text
        && text[(text.LastIndexOf(')') + 1)..].Split(' ') is { Length: > 2 } fields
            ? int.Parse(fields[2], CultureInfo.InvariantCulture)
            : 0;

    /// <summary>Sends a signal to each.</summary>
    public static async Task SignalAsync(string signal, params int[] ids)
    {
        if (ids.Length == 0)
            return;
        using Process kill = Process.Start(
            new ProcessStartInfo("kill", [$"-{signal}", .. ids.Select(id => $"{id}")]) { RedirectStandardError = true } // some may be gone
        )!;
        await kill.WaitForExitAsync();
    }

    /// <summary>Ids of all.</summary>
    public static IEnumerable<int> All() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => name!.All(char.IsAsciiDigit))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    /// <summary>Words of a process's command line, or variables of its environment.</summary>
    /// <returns>None if it is gone, or another's.</returns>
    public static string[]? Words(int id, string file) => Read(id, file)?.Split('\0');

    private static string? Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // it has ended meanwhile
        }
    }
}
