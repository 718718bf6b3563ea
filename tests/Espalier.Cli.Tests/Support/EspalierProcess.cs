using System.Diagnostics;

namespace Espalier.Cli.Tests.Support;

/// <summary>What a process of the program left.</summary>
/// <param name="Code">Exit code, as a shell gives it.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Err">Standard error.</param>
internal sealed record ProcessResult(int Code, string Out, string Err);

/// <summary>Runs the program as a process of its own, by a shell, which can close streams and send signals.</summary>
internal static class EspalierProcess
{
    private static string Assembly { get; } = typeof(Application).Assembly.Location;

    /// <summary>Starts a line of shell script, in which <c>espalier</c> is the program.</summary>
    /// <param name="folder">Current folder.</param>
    /// <param name="script">Such as <c>espalier run ... 2&gt;&amp;-</c>.</param>
    public static Process Start(string folder, string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"espalier() {{ dotnet '{Assembly}' \"$@\"; }}; {script}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Runs a script to its end.</summary>
    public static async Task<ProcessResult> ScriptAsync(string folder, string script)
    {
        using Process process = Start(folder, script);
        Task<string> standard = process.StandardOutput.ReadToEndAsync(),
            errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ProcessResult(process.ExitCode, await standard, await errors);
    }

    /// <summary>Runs one command.</summary>
    /// <param name="folder">Current folder.</param>
    /// <param name="redirection">Such as <c>2&gt;/dev/full</c>.</param>
    /// <param name="args">The command line.</param>
    public static Task<ProcessResult> RunAsync(string folder, string redirection, params string[] args) =>
        ScriptAsync(folder, $"espalier {string.Join(' ', args.Select(Quoted))} {redirection}");

    /// <summary>A word as a shell takes it.</summary>
    public static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
