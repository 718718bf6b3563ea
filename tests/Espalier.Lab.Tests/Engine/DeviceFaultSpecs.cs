using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Tests.Support;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

/// <summary>A GPU whose memory is full, that breaks or vanishes: played by stages and workers that say what libtorch says.</summary>
public sealed class DeviceFaultSpecs : IDisposable
{
    private const string Full = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB.\n  at ...",
        Broken = "CUDA error: unspecified launch failure\nCUDA kernel errors might be asynchronously reported at some other API call";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stage_without_room_is_given_back_and_the_run_goes_on_with_fewer_workers()
    {
        int beside = 0;
        FakeStage[] stages = [.. Enumerable.Range(0, 8).Select(i => new FakeStage($"{i}"))];
        using var together = new Barrier(3);
        int begun = 0;
        foreach (FakeStage stage in stages)
            stage.Before = _ =>
            {
                // The first three begin together; two fit.
                bool isFirst = Interlocked.Increment(ref begun) <= 3;
                if (isFirst)
                    together.SignalAndWait();
                if (Interlocked.Increment(ref beside) > 2)
                {
                    Interlocked.Decrement(ref beside);
                    throw new InvalidOperationException(Full);
                }
                if (isFirst)
                    Thread.Sleep(100);
                Interlocked.Decrement(ref beside);
            };
        RunOutcome outcome = await RunAsync(stages, 3);
        Assert.Equal((8, 0), (outcome.Done, outcome.Failures.Count));
        string remark = Assert.Single(outcome.Remarks);
        Assert.Contains("given back", remark, StringComparison.Ordinal);
        Assert.Contains("2 workers", remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_that_does_not_fit_alone_fails_with_a_sentence_and_the_others_are_done()
    {
        FakeStage large = new("large") { Before = _ => throw new InvalidOperationException(Full) },
            small = new("small");
        RunOutcome outcome = await RunAsync([large, small], 3);
        FailureLog failure = Assert.Single(outcome.Failures);
        Assert.Equal("large", failure.Title);
        Assert.StartsWith("The GPU's memory was full: CUDA out of memory.", failure.Message);
        Assert.Empty(failure.Log); // the user's to mend, not ours
        Assert.Equal(1, outcome.Done);
    }

    [Fact]
    public async Task A_device_that_breaks_now_and_then_costs_attempts_and_no_stage()
    {
        int attempts = 0;
        FakeStage stage = new("stage")
        {
            Before = _ =>
            {
                if (++attempts < 4)
                    throw new InvalidOperationException(Broken);
            },
        };
        RunOutcome outcome = await RunAsync([stage], 1);
        Assert.Equal((1, 0, 4), (outcome.Done, outcome.Failures.Count, attempts));
    }

    [Fact]
    public async Task A_device_that_breaks_at_one_stage_always_ends_that_stage_alone()
    {
        FakeStage bad = new("bad") { Before = _ => throw new InvalidOperationException(Broken) },
            good = new("good");
        RunOutcome outcome = await RunAsync([bad, good], 1);
        Assert.StartsWith("The GPU failed: CUDA error: unspecified launch failure.", Assert.Single(outcome.Failures).Message);
        Assert.Equal(Runner.DeathsAllowed, bad.Runs);
        Assert.Equal(1, outcome.Done);
    }

    /// <summary>One of two cards is taken away after its first stage: the other does the rest.</summary>
    [Fact]
    public async Task A_card_that_vanishes_leaves_the_rest_to_the_others()
    {
        int done = 0;
        var gone = new Answers(_ => done++ == 0 ? new(StageEnd.Done) : new(StageEnd.NotStarted, "Device 'cuda:1' is not there."));
        var there = new Answers(_ =>
        {
            Thread.Sleep(20);
            return new(StageEnd.Done);
        });
        FakeStage[] stages = [.. Enumerable.Range(0, 6).Select(i => new FakeStage($"{i}"))];
        RunOutcome outcome = await new Runner(Store, new Plan([], stages)).RunAsync([there, gone], TestContext.Current.CancellationToken);
        Assert.Equal((6, 0), (outcome.Done, outcome.Failures.Count));
        Assert.True(outcome.Remarks.Count <= 1);
    }

    [Fact]
    public async Task The_last_card_s_end_is_said_and_what_is_finished_is_kept()
    {
        int asked = 0;
        FakeStage[] stages = [.. Enumerable.Range(0, 3).Select(i => new FakeStage($"{i}"))];
        ArtefactStore store = Store;
        var executor = new StageExecutor(store, new ToyWorkshop(), TimeProvider.System);
        var worker = new Answers(stage =>
            asked++ == 0
                ? InProcessWorker.Run(executor, stage, null, CancellationToken.None)
                : new(StageEnd.NotStarted, "Device 'cuda:0' cannot be used: no CUDA-capable device is detected.")
        );
        InputException fault = await Assert.ThrowsAsync<InputException>(() =>
            new Runner(store, new Plan([], stages)).RunAsync([worker], TestContext.Current.CancellationToken)
        );
        Assert.Contains("'cuda:0' cannot be used", fault.Message, StringComparison.Ordinal);
        Assert.Contains("what was finished is kept", fault.Message, StringComparison.Ordinal);
        Assert.Single(stages, stage => Store.Find(stage) is not null);
    }

    private ArtefactStore Store => new(_folder["store"]);

    private Task<RunOutcome> RunAsync(IEnumerable<FakeStage> stages, int workers)
    {
        ArtefactStore store = Store;
        var executor = new StageExecutor(store, new ToyWorkshop(), TimeProvider.System);
        return new Runner(store, new Plan([], stages)).RunAsync(
            [.. Enumerable.Range(0, workers).Select(_ => new InProcessWorker(executor))],
            TestContext.Current.CancellationToken
        );
    }

    private sealed class Answers(Func<Stage, StageOutcome> answer) : IWorker
    {
        public Task<StageOutcome> RunAsync(Stage stage, IProgress<StageProgress> progress, CancellationToken cancel) =>
            Task.Run(() => answer(stage), cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
