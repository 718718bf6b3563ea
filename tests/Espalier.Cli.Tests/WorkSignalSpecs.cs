using System.Diagnostics;
using Espalier.Cli.Runs;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>
/// The scripts that <c>submit</c> writes, run by a shell as Slurm would, where Slurm's own programs are made up: what a worker does at the
/// signals that jobs get.
/// </summary>
public sealed class WorkSignalSpecs : IDisposable
{
    /// <summary>The last element of an array has the array's own number.</summary>
    private const string Element = "SLURM_JOB_ID=7 SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=3";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string[] Grid =>
        [
            "table5",
            "--dataset",
            "fashion-mnist-10k",
            "--model",
            "mlp:width=16",
            .. "--epochs 20 --round-epochs 1 --rewind 0 --sparsity 0.5 --seeds 0 --only method=dense --threads 1".Split(' '),
        ];

    [Fact]
    public async Task A_job_whose_time_is_up_saves_is_queued_again_and_goes_on_to_the_same_bits()
    {
        NeedShell();
        await SubmitAsync();
        Assert.Contains("--save-every 0.05s", File.ReadAllText(_folder["run/slurm/workers.sbatch"]));
        (int code, string said) = await JobAsync("USR1", () => Saved() is { } at && Epochs(at) > 1);
        Assert.True(code == WorkSession.TimeIsUp, said);
        Assert.Contains("The time is up", said);
        Assert.Equal("requeue 7_3", File.ReadAllText(_folder["asked"]).Trim());
        string saved = Saved() ?? throw new InvalidOperationException("nothing was saved");
        int epochs = Epochs(saved);

        (code, said) = await JobAsync(null, () => true);
        Assert.True(code == 0, said);
        Assert.True(
            Epochs(Path.Combine(_folder["store/stages"], "dense", Path.GetFileName(saved)[..2], Path.GetFileName(saved))) >= epochs
        );
        await Shell.MustAsync(["reproduce", .. Grid, "--workers", "1", "--quiet", "--store", _folder["local"], "--out", _folder["other"]]);
        Assert.Equal(Bytes("local"), Bytes("store"));
    }

    [Fact]
    public async Task A_job_that_is_taken_back_saves_and_asks_for_nothing()
    {
        NeedShell();
        await SubmitAsync();
        (int code, string said) = await JobAsync("TERM", () => Saved() is not null);
        Assert.True(code == 130, said);
        Assert.NotNull(Saved());
        Assert.False(File.Exists(_folder["asked"]));
    }

    [Fact]
    public async Task A_worker_that_only_waited_when_its_time_was_up_is_queued_again()
    {
        NeedShell();
        await SubmitAsync();
        using Process first = Job();
        await UntilAsync(first, () => Saved() is not null);
        Assert.NotNull(Saved());
        // The one stage that there is belongs to the first, which holds still.
        int[] at = OtherProcesses.With(" worker ", _folder["store"]);
        await OtherProcesses.SignalAsync("STOP", at);
        (int code, string said) = await JobAsync("USR1", () => Directory.GetFiles(_folder["store/workers"], "*.json").Length == 2);
        await OtherProcesses.SignalAsync("CONT", at);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(code == WorkSession.TimeIsUp, said);
        Assert.Equal("requeue 7_3", File.ReadAllText(_folder["asked"]).Trim());
    }

    private static void NeedShell() => Assert.SkipUnless(OperatingSystem.IsLinux(), "jobs are shell scripts, and signals are sent by kill");

    /// <summary>Submits to a Slurm that knows two words: it takes every job, and cannot queue one again.</summary>
    private async Task SubmitAsync()
    {
        Directory.CreateDirectory(_folder["bin"]);
        Script("sbatch", "echo 7");
        Script("scontrol", $"[ \"$1\" = requeue ] && echo \"$@\" >> {EspalierProcess.Quoted(_folder["asked"])}; exit 1");
        string[] words = ["submit", .. Grid, "--save-every", "0.05s", "--store", _folder["store"], "--out", _folder["run"]];
        ProcessResult result = await EspalierProcess.ScriptAsync(
            _folder.Path,
            $"PATH=$PWD/bin:$PATH; espalier {string.Join(' ', words.Select(EspalierProcess.Quoted))}"
        );
        Assert.True(result.Code == 0, result.Err);
    }

    private void Script(string name, string text)
    {
        File.WriteAllText(_folder[$"bin/{name}"], $"#!/bin/bash\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder[$"bin/{name}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private Process Job() => EspalierProcess.Start(_folder.Path, $"PATH=$PWD/bin:$PATH {Element} exec bash run/slurm/workers.sbatch 2>&1");

    /// <summary>Runs the workers' script, and sends it a signal when something is so.</summary>
    private async Task<(int Code, string Said)> JobAsync(string? signal, Func<bool> isSo)
    {
        using Process job = Job();
        Task<string> said = job.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (signal is not null)
        {
            await UntilAsync(job, isSo);
            await OtherProcesses.SignalAsync(signal, job.Id);
        }
        await job.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (job.ExitCode, await said);
    }

    private static async Task UntilAsync(Process job, Func<bool> isSo)
    {
        while (!isSo() && !job.HasExited)
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    /// <summary>The work folder of a training that has saved itself and is not over.</summary>
    private string? Saved() =>
        Directory.Exists(_folder["store/work"])
            ? Directory
                .EnumerateDirectories(_folder["store/work"])
                .FirstOrDefault(work => File.Exists(Path.Combine(work, "resume.safetensors")))
            : null;

    private static int Epochs(string folder) =>
        File.Exists(Path.Combine(folder, "metrics.jsonl")) ? File.ReadAllLines(Path.Combine(folder, "metrics.jsonl")).Length : 0;

    private SortedDictionary<string, string> Bytes(string store) =>
        new(
            Directory
                .EnumerateFiles(_folder[$"{store}/stages"], "*.safetensors", SearchOption.AllDirectories)
                .ToDictionary(
                    path => Path.GetRelativePath(_folder[store], path),
                    path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))
                )
        );
}
