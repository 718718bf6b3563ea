using System.Diagnostics;

namespace Espalier.Reports.Tests.Support;

/// <summary>Programs of the machine that some tests need, and how to run them.</summary>
internal static class Tool
{
    /// <summary>The first of some programs that is on the search path, or null.</summary>
    public static string? Find(params string[] names) =>
        names
            .SelectMany(name =>
                (Environment.GetEnvironmentVariable("PATH") ?? "")
                    .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                    .Select(folder => Path.Combine(folder, name))
            )
            .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end; one that hangs is killed after some seconds and gives exit code −1.</summary>
    public static (int Code, string Output, string Error) Run(string program, string folder, int seconds, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(),
            error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (-1, output.Result, $"no end after {seconds} s; {error.Result}");
        }
        return (process.ExitCode, output.Result, error.Result);
    }
}
