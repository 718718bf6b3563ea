using System.Diagnostics;
using Espalier.Cli.Runs;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>What a worker does at the signals that jobs get: the scripts of <c>submit</c> run by a shell, as Slurm would.</summary>
public sealed class WorkSignalSpecs : IDisposable
{
    private readonly SlurmRun _run = new();
    private readonly MadeUpSlurm _slurm;

    public WorkSignalSpecs() => _slurm = new(_run.Folder);

    public void Dispose() => _run.Dispose();

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
        await SubmitAsync();
        Assert.Contains("--save-every 0.05s", File.ReadAllText(_run.Folder["run/slurm/workers.sbatch"]));
        (int code, string said) = await _slurm.JobAsync("run", "USR1", () => Saved() is { } at && Epochs(at) > 1);
        Assert.True(code == WorkSession.TimeIsUp, said);
        Assert.Contains("The time is up", said);
        Assert.Equal("requeue 7_3", _slurm.Asked);
        Assert.NotNull(Saved());

        (code, said) = await _slurm.JobAsync("run", null, () => true);
        Assert.True(code == 0, said);
        await Shell.MustAsync(["reproduce", .. Grid, "--workers", "1", "--quiet", .. _run.Places("local")]);
        Assert.Equal(_run.Artefacts("local"), _run.Artefacts("run"));
    }

    [Fact]
    public async Task A_job_that_is_taken_back_saves_and_asks_for_nothing()
    {
        await SubmitAsync();
        (int code, string said) = await _slurm.JobAsync("run", "TERM", () => Saved() is not null);
        Assert.True(code == 130, said);
        Assert.NotNull(Saved());
        Assert.Null(_slurm.Asked);
    }

    [Fact]
    public async Task A_worker_that_only_waited_when_its_time_was_up_is_queued_again()
    {
        await SubmitAsync();
        using Process first = _slurm.Job("run");
        await MadeUpSlurm.UntilAsync(first, () => Saved() is not null);
        Assert.NotNull(Saved());
        // The one stage that there is belongs to the first, which holds still.
        int[] at = OtherProcesses.With(" worker ", _run.Folder["run-store"]);
        await OtherProcesses.SignalAsync("STOP", at);
        string workers = _run.Folder["run-store/workers"];
        (int code, string said) = await _slurm.JobAsync("run", "USR1", () => Directory.GetFiles(workers, "*.json").Length == 2);
        await OtherProcesses.SignalAsync("CONT", at);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(code == WorkSession.TimeIsUp, said);
        Assert.Equal("requeue 7_3", _slurm.Asked);
    }

    private Task SubmitAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "jobs are shell scripts, and signals are sent by kill");
        return _slurm.SubmitAsync([.. Grid, "--save-every", "0.05s", .. _run.Places("run")]);
    }

    /// <summary>The work folder of a training that has saved itself and is not over.</summary>
    private string? Saved() =>
        Directory.Exists(_run.Folder["run-store/work"])
            ? Directory
                .EnumerateDirectories(_run.Folder["run-store/work"])
                .FirstOrDefault(work => File.Exists(Path.Combine(work, "resume.safetensors")))
            : null;

    private static int Epochs(string folder) =>
        File.Exists(Path.Combine(folder, "metrics.jsonl")) ? File.ReadAllLines(Path.Combine(folder, "metrics.jsonl")).Length : 0;
}
