using Espalier.Files;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Tests.Support;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

public sealed class StoreSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_artefact_is_there_as_a_whole_or_not_at_all()
    {
        ArtefactStore store = New("store");
        var stage = new FakeStage("one");
        Assert.Null(store.Find(stage));
        Directory.CreateDirectory(store.WorkFolder(stage));
        File.WriteAllText(Path.Combine(store.WorkFolder(stage), "half.safetensors.part-1-1"), "half");
        Assert.Null(store.Find(stage));
        ToyStore.Commit(store, stage, "content");
        Assert.Equal("content", File.ReadAllText(store.FileOf(stage, FakeStage.FileName)));
        Assert.Equal(3, new StageResult(New("store").Find(stage)!.Numbers)["answer"]);
        Assert.False(Directory.Exists(store.WorkFolder(stage)));
        Assert.Equal([FakeStage.FileName], store.Find(stage)!.Files.Keys);
    }

    [Fact]
    public void Only_one_holds_a_lease_and_it_is_free_when_given_back()
    {
        ArtefactStore store = New("store");
        var stage = new FakeStage("one");
        Lease first = store.TryLease(stage)!;
        Assert.Null(store.TryLease(stage));
        Assert.NotNull(store.TryLease(new FakeStage("two")));
        first.Dispose();
        using Lease? second = store.TryLease(stage);
        Assert.NotNull(second);
    }

    [Fact]
    public void Numbers_that_are_none_survive_a_manifest()
    {
        ArtefactStore store = New("store");
        var stage = new FakeStage("one");
        Directory.CreateDirectory(store.WorkFolder(stage));
        store.Commit(
            stage,
            new StageResult(
                new Dictionary<string, double>
                {
                    ["nan"] = double.NaN,
                    ["most"] = double.MaxValue,
                    ["exact"] = 0.1 + 0.2,
                }
            ),
            new Dictionary<string, string>(),
            ToyStore.Somebody
        );
        IReadOnlyDictionary<string, double> numbers = New("store").Find(stage)!.Numbers;
        Assert.True(double.IsNaN(numbers["nan"]));
        Assert.Equal((double.MaxValue, 0.1 + 0.2), (numbers["most"], numbers["exact"]));
    }

    [Fact]
    public void A_folder_with_something_else_in_it_is_no_store()
    {
        Directory.CreateDirectory(_folder["mine"]);
        File.WriteAllText(_folder["mine/thesis.txt"], "");
        Assert.Contains("no artefact store", Assert.Throws<InputException>(() => new ArtefactStore(_folder["mine"])).Message);
        Assert.Contains("is a file", Assert.Throws<InputException>(() => new ArtefactStore(_folder["mine/thesis.txt"])).Message);
        Assert.Equal(["thesis.txt"], Directory.GetFileSystemEntries(_folder["mine"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Verification_finds_every_kind_of_damage_and_leaves_foreign_folders_alone()
    {
        ArtefactStore store = New("store");
        FakeStage[] stages = [.. Enumerable.Range(0, 5).Select(i => new FakeStage($"{i}"))];
        foreach (FakeStage stage in stages)
            ToyStore.Commit(store, stage, "content");
        Assert.Empty(StoreCare.Verify(store));
        string Place(int i, string file) => Path.Combine(store.FolderOf("fake", stages[i].Id), file);
        File.WriteAllText(Place(0, FakeStage.FileName), "Content");
        File.WriteAllText(Place(1, FakeStage.FileName), "content, and more");
        File.Delete(Place(2, FakeStage.FileName));
        File.Delete(Place(3, Manifest.FileName));
        Directory.CreateDirectory(Path.Combine(store.StagesFolder, "fake", "notes", "of", "mine"));
        IReadOnlyList<StoreFault> faults = StoreCare.Verify(store);
        Assert.Equal(4, faults.Count(fault => !fault.IsForeign));
        Assert.Contains("notes", Assert.Single(faults, fault => fault.IsForeign).Place);
        Assert.DoesNotContain(faults, fault => fault.Place.Contains(stages[4].Id, StringComparison.Ordinal));
    }

    [Fact]
    public void Stores_are_merged_by_copying_folders_and_the_index_follows()
    {
        ArtefactStore one = New("one"),
            two = New("two");
        FakeStage a = new("a"),
            b = new("b");
        ToyStore.Commit(one, a, "a");
        ToyStore.Commit(two, b, "b");
        string from = two.FolderOf("fake", b.Id),
            to = one.FolderOf("fake", b.Id);
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        Assert.NotNull(New("one").Find(b));
        using (var index = new StoreIndex(one))
            Assert.Equal(["a", "b"], index.Find().Select(stage => stage.Title).Order(StringComparer.Ordinal));
        Directory.Delete(one.FolderOf("fake", a.Id), recursive: true);
        using (var index = new StoreIndex(one))
            Assert.Equal(["b"], index.Find("fake", "b").Select(stage => stage.Title));
        File.WriteAllText(
            Path.Combine(one.Folder, "index.sqlite"),
            "this is no database, but long enough to be looked at as one, and then to be made again"
        );
        using (var index = new StoreIndex(one))
            Assert.Equal(("fake", 1L), (index.Totals()[0].Kind, index.Totals()[0].Stages));
    }

    [Fact]
    public void Garbage_is_what_nobody_needs()
    {
        ArtefactStore store = New("store");
        FakeStage kept = new("kept"),
            old = new("old"),
            abandoned = new("abandoned");
        ToyStore.Commit(store, kept, "kept");
        ToyStore.Commit(store, old, "old");
        Directory.CreateDirectory(store.WorkFolder(abandoned));
        Assert.Equal(
            [store.FolderOf("fake", old.Id), store.WorkFolder(abandoned)],
            StoreCare.Garbage(store, new HashSet<string> { kept.Id }).Select(entry => entry.Folder)
        );
    }

    [Fact]
    public void Ids_depend_on_options_and_inputs_and_on_nothing_else()
    {
        FakeStage a = new("a"),
            b = new("b");
        Assert.Equal(new FakeStage("x", a).Id, new FakeStage("x", new FakeStage("a")).Id);
        Assert.NotEqual(new FakeStage("x", a).Id, new FakeStage("x", b).Id);
        Assert.NotEqual(new FakeStage("x", a).Id, new FakeStage("y", a).Id);
        Assert.NotEqual(new FakeStage("x", a, b).Id, new FakeStage("x", b, a).Id);
        Assert.Matches("^[0-9a-f]{32}$", a.Id);
    }

    private ArtefactStore New(string name) => ToyStore.At(_folder[name]);
}
