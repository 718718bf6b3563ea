using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Tests.Support;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

/// <summary>What others can tell of a run from its store, and what becomes of stages that kill their workers.</summary>
public sealed class RunStatusSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_stage_is_counted_once_as_what_it_is()
    {
        FakeStage root = new("root"),
            bad = new("bad", root) { Before = _ => throw new InputException("It diverged.") },
            after = new("after", bad),
            slow = new("slow", root),
            last = new("last", slow);
        var plan = new StageGraph(after, last);
        Assert.Equal((5, 5, 0.0), States(RunStatus.Of(plan, _folder["store"])));
        RunStatus? seen = null;
        // A worker looks from outside while it is at the stage.
        slow.Before = run =>
        {
            run.Report(0.5);
            seen = RunStatus.Of(plan, _folder["store"]);
        };
        await RunAsync(plan);

        Assert.Equal((5, 1, 1, 1, 1, 1), (seen!.Stages, seen.Done, seen.Running, seen.Failed, seen.Skipped, seen.Waiting));
        RunStatus.Process process = Assert.Single(seen.Workers);
        Assert.Equal((Environment.ProcessId, true, "slow"), (process.ProcessId, process.IsAlive, Assert.Single(process.At)!.Title));
        Assert.Equal("It diverged.", Assert.Single(seen.Failures).Message);
        Assert.NotNull(seen.SecondsLeft);

        RunStatus end = RunStatus.Of(plan, _folder["store"]);
        Assert.True(end.IsOver);
        Assert.Equal((3, 0, 1, 1, 0), (end.Done, end.Running, end.Failed, end.Skipped, end.Waiting));
        Assert.Empty(end.Workers);
    }

    [Fact]
    public async Task A_record_that_is_removed_while_it_is_read_is_not_there_or_as_old_as_it_was()
    {
        ArtefactStore store = ToyStore.At(_folder["store"]);
        var record = new WorkerRecord("n1", null, 7, DateTimeOffset.UnixEpoch, [null]);
        using var stop = new CancellationTokenSource();
        Task others = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                record.Write(store);
                record.Remove(store);
            }
        });
        int seen = 0;
        for (int i = 0; i < 20_000 && seen < 1000; i++)
            foreach ((_, TimeSpan silence) in WorkerRecord.All(store))
            {
                seen++;
                Assert.True(silence < TimeSpan.FromDays(1), $"silent for {silence}");
            }
        await stop.CancelAsync();
        await others;
        Assert.True(seen > 0);
    }

    [Fact]
    public void A_worker_that_is_silent_is_at_nothing_whatever_its_clock_says()
    {
        FakeStage root = new("root");
        var plan = new StageGraph(root);
        ArtefactStore store = ToyStore.At(_folder["store"]);
        // Its own clock is a day ahead: what counts is when the file was written.
        var record = new WorkerRecord("n1", "12_3", 7, DateTimeOffset.UnixEpoch.AddYears(90), [new(root.Id, "root", 0.5, null)]);
        record.Write(store);
        Assert.Equal(1, RunStatus.Of(plan, store.Folder).Running);
        string file = Assert.Single(Directory.GetFiles(_folder["store/workers"]));
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file) - WorkerBeacon.Patience - TimeSpan.FromSeconds(1));
        RunStatus silent = RunStatus.Of(plan, store.Folder);
        Assert.Equal((0, 1, false), (silent.Running, silent.Waiting, Assert.Single(silent.Workers).IsAlive));

        // The job's next start takes its place, and one of another job leaves it alone.
        (record with { Job = "12_4", ProcessId = 8 }).RemoveForgotten(store, TimeSpan.FromDays(1));
        Assert.True(File.Exists(file));
        (record with { ProcessId = 8 }).RemoveForgotten(store, TimeSpan.FromDays(1));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_stage_that_another_worker_failed_at_meanwhile_is_left_alone()
    {
        FakeStage first = new("first"),
            second = new("second", first);
        var plan = new StageGraph(second);
        var store = new ArtefactStore(_folder["store"]);
        first.Before = _ => new FailureLog(second.Id, "second", "It diverged elsewhere.", "").Write(store, second);
        RunOutcome outcome = await RunAsync(plan, retry: false);
        Assert.Equal((1, 0), (outcome.Done, second.Runs));
        Assert.Equal("It diverged elsewhere.", Assert.Single(outcome.Failures).Message);
    }

    [Fact]
    public void Deaths_in_a_row_are_counted_from_machine_to_machine_and_begin_anew_when_a_stage_got_on()
    {
        FakeStage stage = new("deadly");
        ArtefactStore store = ToyStore.At(_folder["store"]);
        for (int i = 0; i < 2; i++)
            StageDeaths.Begin(store, stage, allowed: 3); // and nothing is heard of it again
        StageDeaths.Begin(store, stage, allowed: 3).GotOn();
        for (int i = 0; i < 2; i++)
            StageDeaths.Begin(store, stage, allowed: 3);
        InputException fault = Assert.Throws<InputException>(() => StageDeaths.Begin(store, stage, allowed: 3));
        Assert.Contains("3 workers", fault.Message);
        // Whoever tries again begins anew, and an attempt that ends leaves nothing.
        StageDeaths.Begin(store, stage, allowed: 3).End();
        Assert.Empty(Directory.GetFiles(_folder["store/attempts"]));
    }

    [Fact]
    public void A_place_is_Slurms_where_Slurm_started_it()
    {
        WorkerPlace Of(params (string, string)[] variables) => WorkerPlace.Of(variables.ToDictionary().GetValueOrDefault, "machine");
        Assert.Equal("machine", Of().ToString());
        Assert.Equal(new WorkerPlace("n1", "7"), Of(("SLURM_JOB_ID", "7"), ("SLURMD_NODENAME", "n1")));
        Assert.Equal("12_3", Of(("SLURM_JOB_ID", "15"), ("SLURM_ARRAY_JOB_ID", "12"), ("SLURM_ARRAY_TASK_ID", "3")).Job);
    }

    private static (int, int, double) States(RunStatus status) => (status.Stages, status.Waiting, status.Share);

    private async Task<RunOutcome> RunAsync(StageGraph plan, bool retry = true)
    {
        ArtefactStore store = ToyStore.At(_folder["store"]);
        using var beacon = new WorkerBeacon(store, TimeProvider.System);
        return await new Runner(store, plan, beacon) { RetryFailed = retry }.RunAsync([
            new InProcessWorker(new StageExecutor(store, new ToyWorkshop(), TimeProvider.System)),
        ]);
    }
}
