using System.Diagnostics;
using Xunit;

namespace Espalier.Cli.Tests.Support;

/// <summary>A Slurm that takes every job and cannot queue one again; what it is asked for stands in the file <c>asked</c>.</summary>
/// <param name="folder">Where its programs are.</param>
internal sealed class MadeUpSlurm(TempFolder folder)
{
    /// <summary>The last element of an array has the array's own number.</summary>
    private const string Element = "SLURM_JOB_ID=7 SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=3";

    /// <summary>What it was asked to queue again; null for nothing.</summary>
    public string? Asked => File.Exists(folder["asked"]) ? File.ReadAllText(folder["asked"]).Trim() : null;

    /// <summary>Submits a run to it.</summary>
    public async Task SubmitAsync(params string[] words)
    {
        Directory.CreateDirectory(folder["bin"]);
        Script("sbatch", "echo 7");
        Script("scontrol", $"[ \"$1\" = requeue ] && echo \"$@\" >> {EspalierProcess.Quoted(folder["asked"])}; exit 1");
        string line = string.Join(' ', words.Prepend("submit").Select(EspalierProcess.Quoted));
        ProcessResult result = await EspalierProcess.ScriptAsync(folder.Path, $"PATH=$PWD/bin:$PATH; espalier {line}");
        Assert.True(result.Code == 0, result.Err);
    }

    /// <summary>Starts the workers' script of a run.</summary>
    public Process Job(string run) =>
        EspalierProcess.Start(folder.Path, $"PATH=$PWD/bin:$PATH {Element} exec bash {run}/slurm/workers.sbatch 2>&1");

    /// <summary>Runs it to its end, and sends it a signal when something is so.</summary>
    public async Task<(int Code, string Said)> JobAsync(string run, string? signal, Func<bool> isSo)
    {
        using Process job = Job(run);
        Task<string> said = job.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (signal is not null)
        {
            await UntilAsync(job, isSo);
            await OtherProcesses.SignalAsync(signal, job.Id);
        }
        await job.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (job.ExitCode, await said);
    }

    /// <summary>Waits until something is so, or the job is over.</summary>
    public static async Task UntilAsync(Process job, Func<bool> isSo)
    {
        while (!isSo() && !job.HasExited)
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    private void Script(string name, string text)
    {
        File.WriteAllText(folder[$"bin/{name}"], $"#!/bin/bash\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder[$"bin/{name}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
