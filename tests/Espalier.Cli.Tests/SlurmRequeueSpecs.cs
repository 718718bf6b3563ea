using System.Globalization;
using System.Text.RegularExpressions;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Jobs that Slurm takes from their nodes, on a real one: what they were at goes on where it was saved.</summary>
[Collection(SlurmCluster.Name)]
public sealed partial class SlurmRequeueSpecs(SlurmCluster cluster) : IAsyncDisposable
{
    private readonly SlurmRun _run = new();
    private Dictionary<string, int> _epochs = [];

    public async ValueTask DisposeAsync()
    {
        // A test that failed leaves nothing that works, or holds still.
        if (Workers() is { Length: > 0 } left)
        {
            await SlurmCluster.AskAsync("scancel", "--state=PENDING,RUNNING", "--user", Environment.UserName);
            await OtherProcesses.SignalAsync("CONT", left);
            await UntilAsync(() => Workers().Length == 0, "all workers have ended");
        }
        _run.Dispose();
    }

    private static string[] Grid =>
        [
            "table5",
            "--dataset",
            "fashion-mnist-10k",
            "--model",
            "mlp:width=16",
            .. "--epochs 60 --round-epochs 1 --rewind 0 --sparsity 0.5 --seeds 0-1 --only method=dense --threads 1".Split(' '),
        ];

    [Fact]
    public async Task A_node_that_goes_down_a_job_that_is_preempted_and_one_whose_time_is_up_go_on_to_the_same_bits()
    {
        await cluster.NeedAsync();
        string[] words = ["submit", .. Grid, "--array", "2", "--time", "10", "--save-every", "0.1s", "--json", .. _run.Places("slurm")];
        string job = (await Shell.MustAsync(words)).Json().GetProperty("arrays")[0].GetString()!;

        // Whatever waits for Slurm waits with its work held: there is enough of it for all that follows, on any machine.
        int[] workers = await HeldAsync([]);
        await cluster.LoseAsync("n1");
        workers = await HeldAsync(workers);
        Assert.Equal(1, await RestartsAsync(job));

        await OtherProcesses.SignalAsync("CONT", workers);
        await SlurmCluster.AskAsync("sbatch", "--partition=urgent", "--output=/dev/null", "--wrap=true");
        workers = await HeldAsync(workers);
        Assert.Equal(2, await RestartsAsync(job));

        // Less than Slurm's notice is left: the next time that it looks at limits, twice a minute, it sends the signal.
        (string element, TimeSpan ran) = (await RunningAsync(job)).First(one => one.Id == $"{job}_1"); // its number is the whole array's
        await SlurmCluster.AskAsync("scontrol", "update", $"jobid={element}", $"timelimit={(int)ran.TotalMinutes + 2}");
        await UntilSaidAsync("nearly up");
        await OtherProcesses.SignalAsync("CONT", workers);
        await UntilSaidAsync("The time is up; ");
        await SlurmCluster.AskAsync("scontrol", "update", $"jobid={element}", "timelimit=10");
        workers = await HeldAsync(workers);
        Assert.Equal(3, await RestartsAsync(job)); // the other job was left alone

        await OtherProcesses.SignalAsync("CONT", workers);
        await _run.EndAsync("slurm");
        Assert.True(File.Exists(_run.Folder["slurm/report.html"]), _run.Logs("slurm"));
        await Shell.MustAsync(["reproduce", .. Grid, "--workers", "2", "--quiet", .. _run.Places("local")]);
        Assert.Equal(_run.Artefacts("local"), _run.Artefacts("slurm"));
    }

    /// <summary>
    /// Waits until both jobs have workers, one of them a new one, that get on with both trainings, and holds them still. No training may
    /// ever be less far than it was the last time, but for the epoch whose metrics were written when it was killed, and its weights not.
    /// </summary>
    /// <param name="former">Workers of before.</param>
    /// <returns>Those of now.</returns>
    private async Task<int[]> HeldAsync(int[] former)
    {
        int[] now = [];
        if (former.Length > 0)
        {
            // Slurm takes seconds to begin a job again: on a fast machine the other's training would be over by then.
            await UntilAsync(() => former.Except(Workers()).Any(), "a worker has ended");
            await OtherProcesses.SignalAsync("STOP", [.. former.Intersect(Workers())]);
        }
        await UntilAsync(() => (now = Workers()).Length == 2 && now.Except(former).Any(), "both jobs have workers");
        await OtherProcesses.SignalAsync("CONT", now);
        Dictionary<string, int> begun = Epochs();
        await UntilAsync(
            () =>
            {
                Dictionary<string, int> found = Epochs();
                Assert.All(_epochs, training => Assert.True(found[training.Key] >= training.Value - 1, $"{training.Key} began anew"));
                return found.Count == 2 && found.All(training => training.Value > begun.GetValueOrDefault(training.Key) + 2);
            },
            "both jobs get on"
        );
        await OtherProcesses.SignalAsync("STOP", now);
        _epochs = Epochs();
        return now;
    }

    /// <summary>Processes that compute for the run.</summary>
    private int[] Workers() => OtherProcesses.With(" worker ", _run.Folder["slurm-store"]);

    /// <summary>Epochs that are done of the trainings under way.</summary>
    private Dictionary<string, int> Epochs() =>
        Directory.Exists(_run.Folder["slurm-store/work"])
            ? Directory
                .EnumerateFiles(_run.Folder["slurm-store/work"], "metrics.jsonl", SearchOption.AllDirectories)
                .ToDictionary(file => Path.GetRelativePath(_run.Folder.Path, file), file => File.ReadAllLines(file).Length)
            : [];

    private Task UntilSaidAsync(string words) => UntilAsync(() => _run.Logs("slurm").Contains(words), $"a job said '{words}'");

    private Task UntilAsync(Func<bool> isSo, string what) =>
        SlurmCluster.UntilAsync(() => Task.FromResult(isSo()), () => $"{what}: {_run.Logs("slurm")}");

    private static async Task<int> RestartsAsync(string job) =>
        Restarts()
            .Matches(await SlurmCluster.AskAsync("scontrol", "-o", "show", "job", job))
            .Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    /// <summary>Jobs of an array that run, and how long they have.</summary>
    private static async Task<IEnumerable<(string Id, TimeSpan Ran)>> RunningAsync(string job) =>
        Running()
            .Matches(await SlurmCluster.AskAsync("scontrol", "-o", "show", "job", job))
            .Select(match => ($"{job}_{match.Groups[1].Value}", TimeSpan.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"\bRestarts=(\d+)")]
    private static partial Regex Restarts();

    [GeneratedRegex(@"\bArrayTaskId=(\d+) .*JobState=RUNNING .*\bRunTime=(\d\d:\d\d:\d\d)")]
    private static partial Regex Running();
}
