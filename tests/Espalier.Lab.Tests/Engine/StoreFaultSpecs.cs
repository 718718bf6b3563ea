using Espalier.Files;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Engine;

/// <summary>Stores under faults: what is finished stays, and nobody waits for what never comes.</summary>
public sealed class StoreFaultSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_valid_artefact_stays_and_the_newcomer_yields()
    {
        ArtefactStore store = New();
        var stage = new FakeStage("one");
        ToyStore.Commit(store, stage, "the first");
        ToyStore.Commit(New(), stage, "the second");
        Assert.Equal("the first", File.ReadAllText(New().FileOf(stage, FakeStage.FileName)));
        Assert.False(Directory.Exists(store.WorkFolder(stage)));
        Assert.False(Directory.Exists(Path.Combine(store.Folder, "damaged")));
        File.WriteAllText(Path.Combine(store.FolderOf("fake", stage.Id), FakeStage.FileName), "THE FIRST");
        ToyStore.Commit(New(), stage, "the third"); // a damaged one does not stay
        Assert.Equal("the third", File.ReadAllText(New().FileOf(stage, FakeStage.FileName)));
        Assert.Single(Directory.GetDirectories(Path.Combine(store.Folder, "damaged")));
    }

    [Fact]
    public void An_artefact_that_is_whole_is_not_set_aside()
    {
        ArtefactStore store = New();
        var stage = new FakeStage("one");
        ToyStore.Commit(store, stage, "whole");
        Assert.Null(store.SetAside(stage));
        Assert.NotNull(New().Find(stage));
    }

    [Fact]
    public void An_artefact_made_again_by_another_run_is_read_as_it_is_now()
    {
        ArtefactStore mine = New(),
            other = New();
        var stage = new FakeStage("one");
        ToyStore.Commit(other, stage, "once");
        Assert.NotNull(mine.Find(stage)); // remembers the manifest
        Directory.Delete(other.FolderOf("fake", stage.Id), recursive: true);
        ToyStore.Commit(New(), stage, "anew");
        Assert.Equal("anew", File.ReadAllText(mine.FileOf(stage, FakeStage.FileName)));
    }

    [Fact]
    public void A_store_that_went_away_is_not_made_anew_in_its_place()
    {
        ArtefactStore store = New();
        FakeStage stage = new("one"),
            later = new("later");
        ToyStore.Commit(store, stage, "kept");
        Directory.Move(store.Folder, _folder["away"]);
        Assert.Throws<InputException>(() => store.TryLease(later));
        Assert.Throws<InputException>(() => ToyStore.Commit(store, later, "lost"));
        Assert.Throws<InputException>(() => new FailureLog(later.Id, "later", "why", "").Write(store, later));
        Assert.False(File.Exists(Path.Combine(store.Folder, "espalier-store.json")));
    }

    [Fact]
    public async Task A_worker_that_cannot_be_started_leaves_its_work_to_the_others()
    {
        FakeStage[] stages = [.. Enumerable.Range(0, 5).Select(i => new FakeStage($"{i}"))];
        var nowhere = new ProcessWorker(new System.Diagnostics.ProcessStartInfo(_folder["no-such-program"]));
        ArtefactStore store = New();
        RunOutcome outcome = await new Runner(store, new Plan([], stages)).RunAsync(
            [nowhere, new InProcessWorker(Executor(store))],
            TestContext.Current.CancellationToken
        );
        Assert.Equal((5, 0), (outcome.Done, outcome.Failures.Count));
        Assert.Contains("could not be started", Assert.Single(outcome.Remarks));
    }

    [Fact]
    public async Task A_run_of_which_no_worker_can_be_started_says_so()
    {
        ProcessWorker[] nowhere =
        [
            .. Enumerable.Range(0, 2).Select(_ => new ProcessWorker(new System.Diagnostics.ProcessStartInfo(_folder["no-such-program"]))),
        ];
        InputException fault = await Assert.ThrowsAsync<InputException>(() =>
            new Runner(New(), new Plan([], [new FakeStage("one")])).RunAsync(nowhere, TestContext.Current.CancellationToken)
        );
        Assert.Contains("No other worker is left", fault.Message);
    }

    [Fact]
    public async Task A_fault_of_whoever_is_told_of_progress_ends_the_run_instead_of_leaving_it_waiting()
    {
        FakeStage root = new("root"),
            leaf = new("leaf", root);
        int told = 0;
        var display = new Relay<RunProgress>(_ =>
        {
            if (++told == 3)
                throw new NotSupportedException("the display broke");
        });
        ArtefactStore store = New();
        await Assert.ThrowsAsync<NotSupportedException>(() =>
            new Runner(store, new Plan([], [leaf]), display).RunAsync(
                [new InProcessWorker(Executor(store)), new InProcessWorker(Executor(store))],
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public async Task What_a_run_under_way_needs_is_no_garbage_and_what_a_killed_one_left_is()
    {
        ArtefactStore store = New();
        FakeStage input = new("input"),
            user = new("user", input),
            old = new("old");
        ToyStore.Commit(store, input, "input");
        ToyStore.Commit(store, old, "old");
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        user.Before = _ =>
        {
            begun.Set();
            go.Wait();
        };
        Task<RunOutcome> run = new Runner(store, new Plan([], [user])).RunAsync(
            [new InProcessWorker(Executor(store))],
            TestContext.Current.CancellationToken
        );
        begun.Wait(TestContext.Current.CancellationToken);
        Assert.Equal([store.FolderOf("fake", old.Id)], StoreCare.Remove(New(), new HashSet<string>()).Select(entry => entry.Folder));
        go.Set();
        Assert.Equal((2, 0), ((await run).Done, (await run).Remarks.Count));
        File.WriteAllText(Path.Combine(store.Folder, "running", "0123456789abcdef"), input.Id + "\n");
        Assert.Equal(2, StoreCare.Remove(New(), new HashSet<string>()).Count);
        Assert.Empty(Directory.GetFiles(Path.Combine(store.Folder, "running")));
    }

    [Fact]
    public async Task A_run_that_begins_waits_until_the_store_is_clean()
    {
        ArtefactStore store = New();
        FakeStage done = new("done"),
            next = new("next", done);
        ToyStore.Commit(store, done, "done()");
        Task<RunOutcome> run;
        using (Lease cleaning = RunRegister.Clean(store))
        {
            run = new Runner(New(), new Plan([], [next])).RunAsync(
                [new InProcessWorker(Executor(New()))],
                TestContext.Current.CancellationToken
            );
            await Task.Delay(300, TestContext.Current.CancellationToken);
            Directory.Delete(store.FolderOf("fake", done.Id), recursive: true);
            Assert.False(run.IsCompleted);
        }
        Assert.Equal((2, 2, 0), ((await run).Done, (await run).Ran, (await run).Remarks.Count));
    }

    [Fact]
    public void Finished_stages_of_other_images_are_refused_with_both_digests()
    {
        ArtefactStore store = New();
        FakeStage one = new("one"),
            two = new("two");
        ToyStore.Commit(store, one, "1", "aaaaaaaaaaaaaaaa");
        ToyStore.Commit(store, two, "2", "bbbbbbbbbbbbbbbb");
        SameImages.Require(store, [one]);
        SameImages.Require(store, [two]);
        InputException fault = Assert.Throws<InputException>(() => SameImages.Require(store, [one, two]));
        Assert.Contains("aaaaaaaaaaaa", fault.Message);
        Assert.Contains("bbbbbbbbbbbb", fault.Message);
        Assert.Contains("--store", fault.Message);
    }

    private static StageExecutor Executor(ArtefactStore store) => new(store, new ImageCache(null, CPU), TimeProvider.System);

    private ArtefactStore New() => ToyStore.At(_folder["store"]);
}
