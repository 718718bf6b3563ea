using Espalier.Lab.Engine.Store;
using Espalier.Lab.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

/// <summary>The index is a copy of what the folders say: whatever happens to its file, it lists what is there.</summary>
public sealed class StoreIndexSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    private string IndexPath => _folder["store/index.sqlite"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whoever_reads_while_others_write_finds_a_whole_index_with_all_that_was_there_before()
    {
        ArtefactStore store = New();
        Commit(store, "0");
        Listed(out _);
        using var ended = new CancellationTokenSource();
        string[] companions = [IndexPath + "-journal", IndexPath + "-wal", IndexPath + "-shm"];
        // Other programs read the file too, with SQLite's own means.
        Task<int> reader = Task.Run(() =>
        {
            int looks = 0;
            for (; !ended.IsCancellationRequested || looks == 0; looks++)
                Assert.Equal("ok", ByOthers("PRAGMA integrity_check"));
            return looks;
        });
        Task[] writers =
        [
            .. Enumerable
                .Range(1, 3)
                .Select(writer =>
                    Task.Run(() =>
                    {
                        for (int i = 0; i < 15; i++)
                        {
                            Commit(New(), $"{writer}.{i}");
                            Assert.Contains($"{writer}.{i}", Listed(out string? remark));
                            Assert.Null(remark);
                        }
                    })
                ),
        ];
        await Task.WhenAll(writers);
        await ended.CancelAsync();
        Assert.True(await reader > 0);
        Assert.Equal(46, Listed(out _).Count);
        Assert.Equal("46", ByOthers("SELECT count(*) FROM stages"));
        Assert.All(companions, companion => Assert.False(File.Exists(companion)));
    }

    [Fact]
    public void Any_byte_that_changed_and_any_length_is_noticed_and_the_index_made_again()
    {
        ArtefactStore store = New();
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"stage {i}")];
        foreach (string name in names)
            Commit(store, name);
        Listed(out _);
        byte[] whole = File.ReadAllBytes(IndexPath);
        var random = new Random(7);
        for (int trial = 0; trial < 40; trial++)
        {
            byte[] damaged = [.. whole];
            if (trial % 4 == 3)
                damaged = damaged[..random.Next(1, whole.Length)];
            else
                damaged[random.Next(whole.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(IndexPath, damaged);
            Assert.Equal(names.Order(StringComparer.Ordinal), Listed(out string? remark).Order(StringComparer.Ordinal));
            Assert.Equal("The index was damaged; it was made again from the artefacts.", remark);
            Assert.Equal(names.Order(StringComparer.Ordinal), Listed(out remark).Order(StringComparer.Ordinal));
            Assert.Null(remark);
        }
    }

    [Fact]
    public void One_that_an_earlier_version_wrote_in_place_is_not_trusted_and_its_journal_goes()
    {
        Commit(New(), "one");
        using (var old = new SqliteConnection($"Data Source={IndexPath};Pooling=False"))
        {
            old.Open();
            using SqliteCommand command = old.CreateCommand();
            command.CommandText =
                IndexTable.Schema + "INSERT INTO stages VALUES ('00', 'fake', 'never was', 1, 1, 1, 1, '2020-01-01T00:00:00Z')";
            command.ExecuteNonQuery();
        }
        File.WriteAllText(IndexPath + "-journal", "half of what was to be");
        Assert.Equal(["one"], Listed(out string? remark));
        Assert.Null(remark);
        Assert.False(File.Exists(IndexPath + "-journal"));
    }

    [Fact]
    public void What_killed_writers_left_is_in_nobodys_way_and_goes_when_it_is_old()
    {
        Commit(New(), "one");
        string fresh = IndexPath + ".part-1-1",
            old = IndexPath + ".part-2-1";
        File.WriteAllText(fresh, "half");
        File.WriteAllText(old, "half");
        Listed(out _);
        File.SetLastWriteTimeUtc(old, File.GetLastWriteTimeUtc(IndexPath).AddHours(-2));
        Commit(New(), "two");
        Assert.Equal(["one", "two"], Listed(out _).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(fresh));
        Assert.False(File.Exists(old));
    }

    [Fact]
    public void An_index_with_nothing_new_to_say_is_left_as_it_is()
    {
        Commit(New(), "one");
        Listed(out _);
        DateTime written = DateTime.UnixEpoch.AddYears(40);
        File.SetLastWriteTimeUtc(IndexPath, written);
        Assert.Equal(["one"], Listed(out _));
        Assert.Equal(written, File.GetLastWriteTimeUtc(IndexPath));
    }

    [Fact]
    public void What_another_program_holds_or_nothing_can_be_written_to_is_right_in_memory()
    {
        Commit(New(), "one");
        Listed(out _);
        Commit(New(), "two");
        using (var other = new SqliteConnection($"Data Source={IndexPath};Pooling=False"))
        {
            other.Open();
            using SqliteTransaction holding = other.BeginTransaction();
            Assert.Equal(2, Listed(out string? nothing).Count); // its locks are asked by nobody, and its file is its own from now on
            Assert.Null(nothing);
        }
        File.Delete(IndexPath);
        Directory.CreateDirectory(IndexPath);
        Assert.Equal(2, Listed(out string? remark).Count);
        Assert.Matches("^The index is not kept: .*it is a folder", remark);
    }

    private IReadOnlyList<string> Listed(out string? remark)
    {
        using var index = new StoreIndex(New());
        remark = index.Remark;
        return [.. index.Find().Select(stage => stage.Title)];
    }

    private string ByOthers(string question)
    {
        using var other = new SqliteConnection($"Data Source={IndexPath};Mode=ReadOnly;Pooling=False");
        other.Open();
        using SqliteCommand command = other.CreateCommand();
        command.CommandText = question;
        return $"{command.ExecuteScalar()}";
    }

    private ArtefactStore New() => ToyStore.At(_folder["store"]);

    private static void Commit(ArtefactStore store, string name) => ToyStore.Commit(store, new FakeStage(name), name);
}
