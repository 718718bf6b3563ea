using Espalier.Files;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Tests.Support;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

/// <summary>Programs of several versions at one store.</summary>
public sealed class StoreVersionSpecs : IDisposable
{
    private const string Older = "0123456789abcdef",
        Newer = "3-0123456789abcdef";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Running => Path.Combine(_folder["store"], "running");

    [Theory]
    [InlineData(Older, "version 1,")]
    [InlineData(Newer, "version 3,")]
    public async Task A_run_refuses_to_work_beside_another_version_and_leaves_no_trace(string other, string version)
    {
        ArtefactStore store = New();
        using Lease lives = Begun(store, other);
        InputException refused = await Assert.ThrowsAsync<InputException>(() => EnterAsync(store));
        Assert.Contains(version, refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal([other], Directory.GetFiles(Running).Select(Path.GetFileName));
        // Nor did what it needs come to be forgotten.
        Assert.Equal(["id"], RunRegister.Needed(store));
    }

    [Theory]
    [InlineData(Older)]
    [InlineData(Newer)]
    public async Task What_a_killed_run_of_another_version_left_is_no_obstacle(string other)
    {
        ArtefactStore store = New();
        Begun(store, other).Dispose();
        using RunRegister mine = await EnterAsync(store);
        Assert.False(File.Exists(Path.Combine(Running, other)));
    }

    [Fact]
    public async Task Where_leases_are_files_a_run_of_another_version_that_was_given_back_or_is_renewed_no_more_is_no_obstacle()
    {
        ArtefactStore store = NewShared();
        Begun(store, Older).Dispose();
        (await EnterAsync(store)).Dispose();
        Assert.Empty(Directory.GetFiles(Running));

        File.WriteAllText(Path.Combine(Running, Newer), "id\n");
        Renew(store, Newer, beat: 7);
        (await EnterAsync(store)).Dispose(); // a second has passed without another beat
        Assert.Empty(Directory.GetFiles(Running));
    }

    [Fact]
    public async Task Where_leases_are_files_a_run_of_another_version_that_renews_its_own_is_refused()
    {
        ArtefactStore store = NewShared();
        Directory.CreateDirectory(Running);
        File.WriteAllText(Path.Combine(Running, Newer), "id\n");
        using var stop = new CancellationTokenSource();
        Renew(store, Newer, beat: 0);
        Task renewing = Task.Run(
            async () =>
            {
                for (int beat = 1; !stop.IsCancellationRequested; beat++)
                {
                    Renew(store, Newer, beat);
                    await Task.Delay(50);
                }
            },
            TestContext.Current.CancellationToken
        );
        string said = (await Assert.ThrowsAsync<InputException>(() => EnterAsync(store))).Message;
        stop.Cancel();
        await renewing;
        Assert.Contains("version 3,", said);
        Assert.DoesNotContain("remove", said);
        Assert.Equal([Newer], Directory.GetFiles(Running).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a form that is not known here")]
    public async Task Where_another_versions_leases_cannot_be_told_dead_the_file_to_remove_is_named(string? lease)
    {
        ArtefactStore store = NewShared();
        string file = Path.Combine(Running, Newer);
        Directory.CreateDirectory(Running);
        File.WriteAllText(file, "id\n");
        if (lease is not null)
            File.WriteAllText($"{store.LeaseOf(Newer)}.1", lease);
        Assert.Contains(file, (await Assert.ThrowsAsync<InputException>(() => EnterAsync(store))).Message);
        File.Delete(file);
        (await EnterAsync(store)).Dispose();
        Assert.Empty(Directory.GetFiles(Running));
    }

    [Fact]
    public async Task Runs_of_one_version_work_side_by_side()
    {
        ArtefactStore store = New();
        using RunRegister one = await EnterAsync(store),
            two = await EnterAsync(store);
        Assert.Equal(2, Directory.GetFiles(Running).Length);
    }

    private static Task<RunRegister> EnterAsync(ArtefactStore store) =>
        RunRegister.EnterAsync(store, ["id"], TestContext.Current.CancellationToken);

    /// <summary>What a run of another program leaves while it lives.</summary>
    private Lease Begun(ArtefactStore store, string name)
    {
        Directory.CreateDirectory(Running);
        File.WriteAllText(Path.Combine(Running, name), "id\n");
        return store.TryLease(name)!;
    }

    /// <summary>As a machine that cannot be looked up from here writes it.</summary>
    private static void Renew(ArtefactStore store, string name, long beat)
    {
        string path = $"{store.LeaseOf(name)}.1";
        LeaseHolder holder = new("other", "", 1, "", beat, IsReleased: false) { Token = "token", PatienceSeconds = 1 };
        File.WriteAllText($"{path}~", holder.ToText());
        File.Move($"{path}~", path, overwrite: true);
    }

    /// <summary>A store whose leases are files.</summary>
    private ArtefactStore NewShared()
    {
        ArtefactStore store = New();
        Directory.CreateDirectory(Path.GetDirectoryName(store.LeaseOf("any"))!);
        File.WriteAllText(store.LeaseOf(LeaseKeeping.MarkerName), "");
        return store;
    }

    private ArtefactStore New() => ToyStore.At(_folder["store"]);
}
