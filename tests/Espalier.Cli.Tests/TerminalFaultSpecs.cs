using System.Diagnostics;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>
/// Terminals that are closed, streams that are not there, logs on full disks: the work goes on, and the exit code tells the truth.
/// </summary>
public sealed class TerminalFaultSpecs : IDisposable
{
    private static readonly string[] s_run = [.. TinyRun.Line, "--out", "run"];

    private readonly TempFolder _folder = new();

    public TerminalFaultSpecs() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/dev/full"), "streams are closed by a shell, and /dev/full is Linux's");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2>/dev/full", 0)]
    [InlineData("2>&-", 0)]
    [InlineData("<&-", 0)]
    [InlineData(">/dev/full", 2)]
    [InlineData(">&-", 2)]
    [InlineData(">&- 2>&- <&-", 2)]
    [InlineData(">/dev/full 2>&1", 2)]
    public async Task A_run_ends_with_all_its_work_done_whatever_becomes_of_its_streams(string redirection, int code)
    {
        ProcessResult result = await EspalierProcess.RunAsync(_folder.Path, redirection, [.. s_run, "--methods", "dense"]);
        Assert.Equal(code, result.Code);
        Assert.DoesNotContain("Internal failure", result.Err);
        if (code == 2 && !redirection.Contains("2>", StringComparison.Ordinal))
            Assert.Contains("could not be written to standard output", result.Err);
        Assert.Matches(@"\b(\d+) of \1 stages are done", (await Shell.MustAsync("report", _folder["run"])).Out);
    }

    [Theory]
    [InlineData(">/dev/full")]
    [InlineData(">&-")]
    public async Task Any_command_that_cannot_print_its_result_says_so(string redirection)
    {
        foreach (
            string[] line in new string[][]
            {
                ["plan", "--preset", "table5", "--seeds", "0"],
                ["plan", "--preset", "table5", "--seeds", "0", "--json"],
                ["--help"],
            }
        )
        {
            ProcessResult result = await EspalierProcess.RunAsync(_folder.Path, redirection, line);
            Assert.True(result.Code == 2, $"{string.Join(' ', line)}: {result.Code} {result.Err}");
            Assert.Contains(
                "could not be written to standard output",
                Assert.Single(result.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            );
        }
    }

    [Fact]
    public async Task A_closed_terminal_stops_a_run_at_a_safe_point_and_the_same_command_continues_it()
    {
        string[] longer = [.. s_run.Select(word => word == "2" ? "12" : word)];
        using Process process = EspalierProcess.Start(
            _folder.Path,
            // By default again, should the tests themselves run under nohup: what is ignored, children ignore too.
            $"exec env --default-signal=HUP dotnet {EspalierProcess.Quoted(typeof(Application).Assembly.Location)} "
                + $"{string.Join(' ', longer.Select(EspalierProcess.Quoted))}"
        );
        await UntilAsync(() =>
            Directory.Exists(_folder["store/work"]) && Directory.GetFileSystemEntries(_folder["store/work"]).Length > 0 || process.HasExited
        );
        process.StandardError.Close(); // the terminal is gone for writing too
        await EspalierProcess.ScriptAsync(_folder.Path, $"kill -HUP {process.Id}");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(0, (await EspalierProcess.RunAsync(_folder.Path, "", longer)).Code);
    }

    [Fact]
    public async Task Under_nohup_a_closed_terminal_stops_nothing()
    {
        using Process process = EspalierProcess.Start(
            _folder.Path,
            $"trap '' HUP; exec dotnet {EspalierProcess.Quoted(typeof(Application).Assembly.Location)} "
                + $"{string.Join(' ', s_run.Select(EspalierProcess.Quoted))}"
        );
        Task<string> standard = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => Directory.Exists(_folder["store"]) || process.HasExited);
        await EspalierProcess.ScriptAsync(_folder.Path, $"kill -HUP {process.Id}");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.Matches(@"\b(\d+) of \1 stages are done", await standard);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }
}
