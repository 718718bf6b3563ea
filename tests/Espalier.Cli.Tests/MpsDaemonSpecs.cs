using Espalier.Cli.Runs;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>
/// A run's own MPS daemon, played by a script that writes down how it is called. PATH is the process's: one test at a time.
/// </summary>
[Collection(nameof(MpsDaemonSpecs))]
[CollectionDefinition(nameof(MpsDaemonSpecs), DisableParallelization = true)]
public sealed class MpsDaemonSpecs : IDisposable
{
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");
    private readonly TempFolder _folder = new();
    private readonly List<string> _remarks = [];

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        Environment.SetEnvironmentVariable(MpsDaemon.PipeVariable, null);
        _folder.Dispose();
    }

    [Fact]
    public void It_is_started_in_a_folder_of_its_own_which_workers_are_told_and_ended_after_the_run()
    {
        Play("exit 0");
        string folder;
        using (MpsDaemon daemon = Start()!)
        {
            folder = daemon.Environment[MpsDaemon.PipeVariable];
            Assert.Equal(folder, daemon.Environment["CUDA_MPS_LOG_DIRECTORY"]);
            Assert.True(Directory.Exists(folder));
            Assert.Equal([$"-d| {folder}"], Calls);
        }
        Assert.Equal([$"-d| {folder}", $"|quit {folder}"], Calls);
        Assert.False(Directory.Exists(folder));
        Assert.Empty(_remarks);
    }

    [Fact]
    public void It_is_ended_when_the_run_fails()
    {
        Play("exit 0");
        void Fail()
        {
            using MpsDaemon daemon = Start()!;
            throw new InputException("it failed");
        }
        Assert.Throws<InputException>(Fail);
        Assert.Contains(Calls, call => call.StartsWith("|quit", StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_cannot_start_costs_speed_and_no_run()
    {
        Play("echo 'cannot bind' >&2; exit 1");
        Assert.Null(Start());
        string remark = Assert.Single(_remarks);
        Assert.Contains("could not be started (exit code 1)", remark, StringComparison.Ordinal);
        Assert.Contains("take turns", remark, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder.Path, "espalier-mps-*"));
    }

    [Fact]
    public void Without_the_program_the_cost_is_said()
    {
        Environment.SetEnvironmentVariable("PATH", _folder["nothing"]);
        Assert.Null(Start());
        Assert.Contains("is not on the path", Assert.Single(_remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_runs_already_is_used_and_left_running()
    {
        Play("exit 0");
        _folder.WriteText("theirs/nvidia-cuda-mps-control.pid", $"{Environment.ProcessId}\n");
        Environment.SetEnvironmentVariable(MpsDaemon.PipeVariable, _folder["theirs"]);
        Assert.Null(Start());
        Assert.Empty(Calls);
        Assert.Empty(_remarks);
    }

    [Fact]
    public void What_a_killed_run_left_is_ended_by_the_next()
    {
        Play("exit 0");
        string left = _folder["espalier-mps-4999999"]; // no process has so high a number
        Directory.CreateDirectory(left);
        Start()?.Dispose();
        Assert.Contains($"|quit {left}", Calls);
        Assert.False(Directory.Exists(left));
    }

    private MpsDaemon? Start() => MpsDaemon.Start(_folder.Path, _remarks.Add);

    private string[] Calls => File.Exists(_folder["calls"]) ? File.ReadAllLines(_folder["calls"]) : [];

    /// <summary>Puts the stand-in on the path. It writes: arguments, a bar, standard input, the folder of pipes.</summary>
    private void Play(string end)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the daemon is Linux's");
        Script.Write(_folder, $"bin/{MpsDaemon.Control}", $"echo \"$*|$(cat) ${MpsDaemon.PipeVariable}\" >> '{_folder["calls"]}'\n{end}");
        Environment.SetEnvironmentVariable("PATH", $"{_folder["bin"]}:{_path}");
    }
}
