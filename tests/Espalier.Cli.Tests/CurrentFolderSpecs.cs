using System.Diagnostics;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A shell can stand in a folder that somebody has removed.</summary>
public sealed class CurrentFolderSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plan")]
    [InlineData("doctor")]
    [InlineData("train --out runs/x --epochs 1")]
    [InlineData("store list")]
    public async Task A_command_in_a_removed_folder_says_so_in_one_sentence(string line)
    {
        (int code, string said, string errors) = await RunAsync(line);
        Assert.Equal("error: The current folder no longer exists; change to one that does.", errors.Trim());
        Assert.Equal((2, ""), (code, said));
    }

    [Fact]
    public async Task Help_needs_no_current_folder()
    {
        (int code, string said, _) = await RunAsync("train --help");
        Assert.Equal(0, code);
        Assert.Contains("--epochs", said);
    }

    private async Task<(int Code, string Said, string Errors)> RunAsync(string line)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows removes no folder that is somebody's current one");
        string gone = _folder["gone"],
            program = Path.Combine(AppContext.BaseDirectory, "Espalier.Cli.dll");
        using Process shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"mkdir '{gone}' && cd '{gone}' && rmdir '{gone}' && exec dotnet '{program}' {line}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        Task<string> said = shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            errors = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, await said, await errors);
    }
}
