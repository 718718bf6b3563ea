using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Runs on a real Slurm, where it is installed: on this machine alone.</summary>
[Collection(SlurmCluster.Name)]
public sealed class SlurmSpecs(SlurmCluster cluster) : IDisposable
{
    private readonly SlurmRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task An_array_of_workers_ends_in_the_report_and_the_bytes_of_a_local_run()
    {
        await cluster.NeedAsync();
        await Shell.MustAsync(["reproduce", .. Tiny(), "--workers", "1", "--threads", "1", "--quiet", .. _run.Places("local")]);
        // More jobs than an array may have here.
        ShellResult result = await Shell.MustAsync(["submit", .. Tiny(), "--array", "6", "--json", .. _run.Places("slurm")]);
        string[] arrays = [.. result.Json().GetProperty("arrays").EnumerateArray().Select(id => id.GetString()!)];
        Assert.Equal(2, arrays.Length);

        ShellResult second = await Shell.RunAsync(["submit", .. Tiny(), "--array", "6", .. _run.Places("slurm")]);
        Assert.Equal(2, second.Code);
        Assert.Contains(arrays[0], Assert.Single(second.ErrorLines));
        Assert.Contains("--join", second.Err);
        ShellResult other = await Shell.RunAsync(["submit", .. Tiny(), "--controls", .. _run.Places("slurm")]);
        Assert.Contains("another grid", Assert.Single(other.ErrorLines));
        await Shell.MustAsync(["submit", .. Tiny(), "--array", "1", "--join", .. _run.Places("slurm")]);

        await _run.EndAsync("slurm");
        Assert.True(File.Exists(_run.Folder["slurm/report.html"]), _run.Logs("slurm"));
        Assert.Equal(_run.Artefacts("local"), _run.Artefacts("slurm"));
        Assert.Empty(Directory.GetFiles(_run.Folder["slurm-store/workers"], "*.json"));
        JsonElement status = (await Shell.MustAsync("status", _run.Folder["slurm"], "--json")).Json();
        Assert.Equal(0, status.GetProperty("status").GetProperty("waiting").GetInt32());
        Assert.All(status.GetProperty("jobs").EnumerateArray(), job => Assert.False(job.GetProperty("is_open").GetBoolean()));
    }

    [Fact]
    public async Task Ranks_of_a_job_on_two_nodes_end_in_the_bytes_of_ranks_on_one_machine()
    {
        await cluster.NeedAsync();
        Assert.SkipUnless(File.Exists("/usr/bin/mpiexec.mpich"), "MPICH is not installed, whose ranks Slurm starts here.");
        await Shell.MustAsync(["submit", .. Tiny(), "--array", "1", "--ranks", "2", .. _run.Places("slurm")]);
        await _run.EndAsync("slurm");
        Assert.True(File.Exists(_run.Folder["slurm/report.html"]), _run.Logs("slurm"));
        await Shell.MustAsync(["reproduce", .. Tiny(), "--ranks", "2", "--threads", "1", "--quiet", .. _run.Places("local")]);
        Assert.Equal(_run.Artefacts("local"), _run.Artefacts("slurm"));
    }

    [Fact]
    public async Task What_Slurm_refuses_is_told_in_its_words_and_nothing_is_left_in_the_queue()
    {
        await cluster.NeedAsync();
        ShellResult result = await Shell.RunAsync(["submit", .. Tiny(), "--partition", "nowhere", .. _run.Places("slurm")]);
        Assert.Equal(2, result.Code);
        Assert.Contains("partition", Assert.Single(result.ErrorLines), StringComparison.OrdinalIgnoreCase);
        Assert.False(File.Exists(_run.Folder["slurm/slurm/jobs.json"]));
        Assert.DoesNotContain("espalier", await SlurmCluster.AskAsync("squeue", "-h", "-o", "%j"));
    }

    private static string[] Tiny() => ["table5", "--dataset", "fashion-mnist-10k", .. TinyGrid.Of("0,1", "0.5"), "--seeds", "0"];
}
