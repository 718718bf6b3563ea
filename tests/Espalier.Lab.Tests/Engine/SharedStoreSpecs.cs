using Espalier.Files;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Engine;

/// <summary>Stores whose leases are files, as on file systems that several machines share.</summary>
public sealed class SharedStoreSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_stage_done_under_a_lease_that_is_a_file_leaves_its_artefact_and_nothing_else()
    {
        ArtefactStore store = New();
        var stage = new FakeStage("one");
        Assert.True(Executor(store).TryExecute(stage, null, TestContext.Current.CancellationToken));
        Assert.Equal("one()", File.ReadAllText(New().FileOf(stage, FakeStage.FileName)));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Folder, "leases"), stage.Id + "*"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Folder, "work")));
    }

    [Fact]
    public void A_worker_that_lost_its_lease_while_it_was_suspended_neither_commits_nor_touches_what_its_successor_does()
    {
        ArtefactStore store = New();
        var stage = new FakeStage("one");
        string successors = "";
        stage.Before = run =>
        {
            // As another machine does it while this one says nothing.
            string lease = Path.Combine(store.Folder, "leases", stage.Id);
            File.WriteAllText($"{lease}.2", (LeaseHolder.Me with { Process = "another", Machine = "another", Token = "other" }).ToText());
            successors = Path.Combine(store.WorkFolder(stage), "other");
            Directory.Move(run.Folder, successors);
            File.WriteAllText(Path.Combine(successors, "checkpoint"), "the successor's");
            Directory.CreateDirectory(run.Folder);
        };
        Assert.False(Executor(store).TryExecute(stage, null, TestContext.Current.CancellationToken));
        Assert.Null(New().Find(stage));
        Assert.Equal("the successor's", File.ReadAllText(Path.Combine(successors, "checkpoint")));
        Assert.False(File.Exists(Path.Combine(successors, FakeStage.FileName)));
    }

    [Fact]
    public void Whatever_a_worker_meets_whose_folder_was_taken_away_is_no_failure_of_the_stage()
    {
        ArtefactStore store = New();
        var stage = new FakeStage("one");
        stage.Before = run =>
        {
            string lease = Path.Combine(store.Folder, "leases", stage.Id);
            File.WriteAllText($"{lease}.2", (LeaseHolder.Me with { Process = "another", Machine = "another", Token = "other" }).ToText());
            Directory.Delete(run.Folder, recursive: true);
        };
        Assert.False(Executor(store).TryExecute(stage, null, TestContext.Current.CancellationToken));
        stage.Before = run => Directory.Delete(run.Folder, recursive: true); // its own lease, and a broken disk: that is one
        File.Delete(Path.Combine(store.Folder, "leases", stage.Id + ".2"));
        File.Delete(Path.Combine(store.Folder, "leases", stage.Id + ".1"));
        Assert.Throws<DirectoryNotFoundException>(() => Executor(store).TryExecute(stage, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_work_folder_that_was_taken_over_between_the_last_look_at_the_lease_and_the_commit_leaves_no_artefact()
    {
        ArtefactStore store = New();
        var stage = new FakeStage("one");
        string own = Path.Combine(store.WorkFolder(stage), "mine");
        void Commit() =>
            store.Commit(
                stage,
                new StageResult(new Dictionary<string, double>()),
                new Dictionary<string, string>(),
                ToyStore.Somebody,
                own
            );
        Assert.Throws<InputException>(Commit); // it is gone as a whole
        Assert.Null(New().Find(stage));
        Assert.False(New().IsDamaged(stage));
        Directory.CreateDirectory(own);
        File.WriteAllText(Path.Combine(own, FakeStage.FileName), "all of it");
        Commit();
        Assert.NotNull(New().Find(stage));
    }

    [Theory]
    [InlineData("former/checkpoint")]
    [InlineData("former.taken/checkpoint")]
    [InlineData("checkpoint")]
    public void Whoever_takes_over_goes_on_from_what_the_former_holder_had_got_to(string left)
    {
        ArtefactStore store = New();
        var stage = new FakeStage("one");
        string path = Path.Combine(store.WorkFolder(stage), left);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "epoch 3");
        string found = "";
        stage.Before = run => found = File.ReadAllText(run["checkpoint"]);
        Assert.True(Executor(store).TryExecute(stage, null, TestContext.Current.CancellationToken));
        Assert.Equal("epoch 3", found);
        Assert.False(Directory.Exists(store.WorkFolder(stage)));
    }

    private static StageExecutor Executor(ArtefactStore store) => new(store, new ImageCache(null, CPU), TimeProvider.System);

    private ArtefactStore New()
    {
        ArtefactStore store = ToyStore.At(_folder["store"]);
        Directory.CreateDirectory(Path.Combine(store.Folder, "leases"));
        File.WriteAllText(Path.Combine(store.Folder, "leases", LeaseKeeping.MarkerName), "");
        return store;
    }
}
