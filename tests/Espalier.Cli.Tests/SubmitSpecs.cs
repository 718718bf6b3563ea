using System.Text.Json;
using Espalier.Cli.Runs;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>What is written for a cluster, and several machines at one run, without a cluster.</summary>
public sealed class SubmitSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Places => ["--store", _folder["store"], "--out", _folder["a run's folder"]];

    private static string[] Tiny => ["table5", "--dataset", "fashion-mnist-10k", .. TinyGrid.Of("0,1", "0.5"), "--seeds", "0"];

    [Fact]
    public async Task A_dry_run_prints_scripts_that_a_shell_reads_and_writes_nothing()
    {
        string[] asked = "--partition gpu,big --gpus a100:2 --cpus 8 --mem 32G --time 1-12 --account me --qos low --array 500".Split(' ');
        ShellResult result = await Shell.MustAsync([
            "submit",
            .. Tiny,
            .. asked,
            "--constraint",
            "a100&nvme",
            "--sbatch",
            "--exclude=n7 --mail-user me",
            "--workers",
            "2",
            "--dry-run",
            .. Places,
        ]);
        foreach (
            string line in new[]
            {
                "--partition=gpu,big",
                "--gpus=a100:2",
                "--cpus-per-task=8",
                "--mem=32G",
                "--time=1-12",
                "--account=me",
                "--qos=low",
                "--constraint=a100&nvme",
                "--exclude=n7",
                "--mail-user me",
                "--requeue",
                "--open-mode=append",
                "--signal=B:USR1@120",
            }
        )
            Assert.Contains($"\n#SBATCH {line}\n", result.Out);
        Assert.Contains("--threads 4 --device cuda", result.Out);
        // No more jobs than there are stages for.
        Assert.DoesNotContain("array=0-499", result.Out);
        Assert.Empty(_folder.Names);
        _folder.WriteText("script", result.Out);
        Assert.Equal(0, (await EspalierProcess.ScriptAsync(_folder.Path, "bash -n script")).Code);
    }

    [Fact]
    public async Task Ranks_are_tasks_with_cores_and_GPUs_of_their_own_that_srun_starts()
    {
        string[] line = ["submit", .. Tiny, "--ranks", "4", "--gpus", "1", "--cpus", "6", "--dry-run", .. Places];
        string said = (await Shell.MustAsync(line)).Out;
        foreach (string asked in new[] { "--ntasks=4", "--cpus-per-task=6", "--gpus-per-task=1" })
            Assert.Contains($"\n#SBATCH {asked}\n", said);
        string workers = said[..said.IndexOf("report.sbatch", StringComparison.Ordinal)];
        Assert.DoesNotContain("--nodes=1", workers);
        Assert.Matches("\nsrun --ntasks=4 .*--kill-on-bad-exit=1 .* work .*--threads 6 .*--ranks 4 ", workers);
        _folder.WriteText("script", said);
        Assert.Equal(0, (await EspalierProcess.ScriptAsync(_folder.Path, "bash -n script")).Code);
        ShellResult both = await Shell.RunAsync([.. line, "--workers", "2"]);
        Assert.Equal(2, both.Code);
        Assert.Contains("--workers", Assert.Single(both.ErrorLines));
    }

    [Theory]
    [InlineData("--time", "soon")]
    [InlineData("--mem", "much")]
    [InlineData("--gpus", "a100:many")]
    [InlineData("--partition", "a b")]
    [InlineData("--account", "x\n#SBATCH --y")]
    [InlineData("--sbatch", "n7")]
    [InlineData("--cpus", "0")]
    [InlineData("--array", "0")]
    [InlineData("--ranks", "0")]
    [InlineData("--device", "tpu")]
    public async Task What_Slurm_could_not_read_is_refused(string option, string value)
    {
        ShellResult result = await Shell.RunAsync(["submit", .. Tiny, option, value, "--dry-run", .. Places]);
        Assert.Equal(2, result.Code);
        Assert.Contains(option, Assert.Single(result.ErrorLines));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task Where_there_is_no_Slurm_one_sentence_says_so()
    {
        string words = string.Join(' ', ((string[])["submit", .. Tiny, .. Places]).Select(EspalierProcess.Quoted));
        // An empty PATH but for dotnet's own folder.
        ProcessResult result = await EspalierProcess.ScriptAsync(
            _folder.Path,
            $"home=$(dirname \"$(readlink -f \"$(command -v dotnet)\")\"); PATH=$home; espalier {words}"
        );
        Assert.Equal(2, result.Code);
        Assert.Contains("no Slurm", result.Err);
        Assert.Single(result.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Two_workers_at_one_run_end_in_one_report()
    {
        await Shell.MustAsync(["reproduce", .. Tiny, "--only", "method=dense", "--workers", "1", "--threads", "1", "--quiet", .. Places]);
        string run = _folder["a run's folder"];
        // The folder is that of a run of which only the start is known: what submit leaves.
        JsonElement start = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json"))).RootElement;
        File.WriteAllText(
            Path.Combine(run, "run.json"),
            JsonSerializer.Serialize(
                new
                {
                    store = start.GetProperty("store").GetString(),
                    only = (string?)null,
                    command = "espalier reproduce table5",
                    workers = 1,
                    threads = 1,
                }
            )
        );
        ShellResult[] both = await Task.WhenAll(
            Shell.RunAsync("work", run, "--quiet", "--device", "cpu"),
            Shell.RunAsync("work", run, "--quiet", "--device", "cpu")
        );
        Assert.All(both, result => Assert.True(result.Code == 0, result.Err));
        JsonElement status = (await Shell.MustAsync("status", run, "--json")).Json().GetProperty("status");
        Assert.Equal(status.GetProperty("stages").GetInt32(), status.GetProperty("done").GetInt32());
        Assert.Contains("stages are done", (await Shell.MustAsync("status", run, "--watch")).Out);
        Assert.Contains("stages are done", (await Shell.MustAsync("report", run)).Out);
    }

    [Theory]
    [InlineData("12_3|RUNNING|None|n1", 1, true)]
    [InlineData("12_[4-31]|PENDING|Resources|", 28, true)]
    [InlineData("12_[4,7-9%2]|PENDING|Priority|", 4, true)]
    [InlineData("13|COMPLETED|None|n1", 1, false)]
    [InlineData("13|NODE_FAIL", 1, false)]
    public void Lines_of_the_queue_are_read(string line, int count, bool isOpen)
    {
        Slurm.Job job = Assert.Single(Slurm.Parse($"slurm says hello\n{line}\n\n"));
        Assert.Equal((count, isOpen), (job.Count, job.IsOpen));
    }
}
