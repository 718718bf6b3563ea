using Espalier.Files;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Tests.Support;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

public sealed class RunnerSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ArtefactStore Store => new(_folder["store"]);

    [Fact]
    public async Task Every_stage_is_done_once_whatever_the_graph_and_the_number_of_workers()
    {
        for (int i = 0; i < 20; i++)
        {
            var random = new RandomStream(i, "graphs");
            var stages = new List<FakeStage>();
            for (int s = 0; s < 30; s++)
                stages.Add(new FakeStage($"{i}.{s}", [.. stages.Where(_ => random.NextInt(8) == 0)]));
            RunOutcome outcome = await RunAsync(stages, 1 + random.NextInt(4));
            Assert.Equal((30, 30, false), (outcome.Done, outcome.Ran, outcome.Cancelled));
            Assert.All(stages, stage => Assert.Equal(1, stage.Runs));
            Assert.Equal(0, (await RunAsync(stages, 2)).Ran);
        }
    }

    [Fact]
    public async Task A_failure_takes_what_needs_it_down_and_nothing_else_and_can_be_retried()
    {
        FakeStage root = new("root"),
            bad = new("bad", root),
            after = new("after", bad),
            last = new("last", after, root),
            other = new("other", root);
        bad.Before = _ => throw new InputException("It diverged.");
        RunOutcome outcome = await RunAsync([last, other], 2);
        Assert.Equal((2, 2), (outcome.Done, outcome.Skipped));
        Assert.Equal("It diverged.", Assert.Single(outcome.Failures).Message);
        Assert.True(File.Exists(FailureLog.PathOf(Store, bad)));

        bad.Before = _ => { };
        Assert.Single((await RunAsync([last, other], 2, retry: false)).Failures);
        Assert.Equal(1, bad.Runs);
        Assert.Equal(5, (await RunAsync([last, other], 2)).Done);
        Assert.False(File.Exists(FailureLog.PathOf(Store, bad)));
    }

    [Fact]
    public async Task An_internal_failure_leaves_its_trace_in_the_log()
    {
        FakeStage bad = new("bad") { Before = _ => throw new InvalidOperationException("a bug") };
        FailureLog log = Assert.Single((await RunAsync([bad], 1)).Failures);
        Assert.Contains("Internal failure", log.Message);
        Assert.Contains("RunnerSpecs", log.Log);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("changed")]
    [InlineData("missing")]
    [InlineData("manifest")]
    [InlineData("foreign manifest")]
    public async Task A_damaged_artefact_is_made_again_told_of_and_kept_aside(string damage)
    {
        FakeStage first = new("first"),
            second = new("second", first),
            third = new("third", second);
        await RunAsync([second], 1);
        string folder = Store.FolderOf("fake", first.Id),
            file = Path.Combine(folder, FakeStage.FileName),
            manifest = Path.Combine(folder, Manifest.FileName);
        switch (damage)
        {
            case "truncated":
                File.WriteAllText(file, "fir");
                break;
            case "changed":
                File.WriteAllText(file, "First()"[..7]);
                break;
            case "missing":
                File.Delete(file);
                break;
            case "manifest":
                File.WriteAllText(manifest, "{");
                break;
            default:
                File.Copy(Path.Combine(Store.FolderOf("fake", second.Id), Manifest.FileName), manifest, overwrite: true);
                break;
        }
        // Another stage that needs it: what is only read by finished stages need not be looked at.
        FakeStage user = new("user", first);
        RunOutcome outcome = await RunAsync([third, user], 2);
        Assert.Equal(4, outcome.Done);
        Assert.Single(outcome.Remarks);
        Assert.Equal(2, first.Runs);
        Assert.Equal("first()", File.ReadAllText(file));
        Assert.Equal("user(first())", File.ReadAllText(Store.FileOf(user, FakeStage.FileName)));
        Assert.Single(Directory.GetDirectories(Path.Combine(Store.Folder, "damaged")));
    }

    [Fact]
    public async Task What_another_run_is_at_is_waited_for()
    {
        FakeStage shared = new("shared"),
            mine = new("mine", shared);
        Store.Prepare();
        using Lease lease = Store.TryLease(shared)!;
        Task<RunOutcome> run = RunAsync([mine], 2);
        await Task.Delay(600, TestContext.Current.CancellationToken);
        Assert.False(run.IsCompleted);
        Assert.Equal(0, shared.Runs);
        lease.Dispose();
        Assert.Equal(2, (await run).Done);
        Assert.Equal(1, shared.Runs);
    }

    [Fact]
    public async Task A_cancelled_run_says_so_and_continues_later()
    {
        using var cancel = new CancellationTokenSource();
        FakeStage first = new("first") { Before = _ => cancel.Cancel() },
            second = new("second", first);
        RunOutcome outcome = await RunAsync([second], 1, cancel: cancel.Token);
        Assert.True(outcome.Cancelled);
        Assert.Equal(0, outcome.Done);
        first.Before = _ => { };
        Assert.Equal(2, (await RunAsync([second], 1)).Done);
    }

    [Fact]
    public async Task A_stage_at_which_every_worker_dies_is_given_up()
    {
        FakeStage deadly = new("deadly"),
            harmless = new("harmless");
        var plan = new Plan([], [deadly, harmless]);
        int deaths = 0;
        var worker = new ScriptedWorker(stage =>
            stage == deadly ? new StageOutcome(StageEnd.Died, $"Its worker ended, time {++deaths}.") : new StageOutcome(StageEnd.Done)
        );
        RunOutcome outcome = await new Runner(Store, plan).RunAsync([worker], TestContext.Current.CancellationToken);
        Assert.Equal(Runner.DeathsAllowed, deaths);
        Assert.Equal("deadly", Assert.Single(outcome.Failures).Title);
        Assert.Equal(1, outcome.Done);
    }

    [Fact]
    public async Task The_longest_way_is_begun_first()
    {
        FakeStage root = new("root"),
            leaf = new("leaf", root),
            chain = new("chain", root),
            longer = new("longer", chain),
            longest = new("longest", longer);
        var order = new List<string>();
        var worker = new ScriptedWorker(stage =>
        {
            order.Add(stage.Title);
            return new StageOutcome(StageEnd.Done);
        });
        await new Runner(Store, new Plan([], [leaf, longest])).RunAsync([worker], TestContext.Current.CancellationToken);
        Assert.Equal(["root", "chain", "leaf"], order.Where(title => title is "root" or "chain" or "leaf"));
        Assert.True(order.IndexOf("longer") < order.IndexOf("longest"));
    }

    private Task<RunOutcome> RunAsync(IEnumerable<FakeStage> wanted, int workers, bool retry = true, CancellationToken cancel = default)
    {
        ArtefactStore store = Store;
        var executor = new StageExecutor(store, new ToyWorkshop(), TimeProvider.System);
        return new Runner(store, new Plan([], wanted)) { RetryFailed = retry }.RunAsync(
            [.. Enumerable.Range(0, workers).Select(_ => new InProcessWorker(executor))],
            cancel
        );
    }

    private sealed class ScriptedWorker(Func<Stage, StageOutcome> answer) : IWorker
    {
        public Task<StageOutcome> RunAsync(Stage stage, IProgress<StageProgress> progress, CancellationToken cancel) =>
            Task.FromResult(answer(stage));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
