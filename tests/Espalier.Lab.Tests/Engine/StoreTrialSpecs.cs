using Espalier.Lab.Engine.Store;
using Espalier.Lab.Engine.Store.Trials;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

/// <summary>What <c>doctor --store</c> finds out about real file systems.</summary>
public sealed class StoreTrialSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_local_disk_is_fit_and_nothing_stays_behind()
    {
        IReadOnlyList<TrialFinding> findings = await TryAsync(_folder.Path, _folder.Path);
        Assert.All(findings, found => Assert.True(found.IsGood || found.Name == "free space", found.ToString()));
        Assert.Equal("leases", findings[^1].Name);
        Assert.StartsWith("hold: ", findings[^1].Text);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal(11, findings.Select(found => found.Name).Distinct().Count());
    }

    [Fact]
    public async Task Where_leases_are_files_their_own_protocol_is_tried()
    {
        _folder.WriteText("leases/.leases-by-files", "");
        IReadOnlyList<TrialFinding> findings = await TryAsync(_folder.Path, _folder.Path);
        Assert.Matches("^hold: .*files that their holders renew.* every 5.0 s, which is seen within 0", findings[^1].Text);
        Assert.Contains("not used here", findings.Single(found => found.Name == "locks").Text);
    }

    [Fact]
    public void A_folder_in_which_a_killed_trial_left_its_own_can_still_become_a_store()
    {
        _folder.WriteText(".espalier-doctor/met.1", "");
        new ArtefactStore(_folder.Path).Prepare();
        Assert.True(new ArtefactStore(_folder.Path).IsThere);
    }

    [Fact]
    public async Task Partners_that_died_while_they_waited_are_passed_over()
    {
        _folder.WriteText(".espalier-doctor/waiting.0123456789ab", "");
        _folder.WriteText(".espalier-doctor/waiting.ba9876543210", "");
        Directory.CreateDirectory(_folder[".espalier-doctor/ba9876543210/says"]); // of the other, not even that is left
        Assert.StartsWith("hold: ", (await TryAsync(_folder.Path, _folder.Path))[^1].Text);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_that_is_not_there_or_cannot_be_written_to_is_refused_in_a_sentence()
    {
        Assert.Contains(
            "no folder",
            Assert.Throws<InputException>(() => new StoreTrial(_folder["none"], TimeProvider.System).Run(() => { })).Message
        );
        Assert.Contains(
            "no folder",
            Assert.Throws<InputException>(() => TrialPartner.Serve(_folder["none"], TimeSpan.Zero, TimeProvider.System)).Message
        );
        Assert.SkipUnless(Directory.Exists("/proc/self/fd"), "there is no /proc, in which nothing can be made");
        Assert.StartsWith(
            "Cannot write '/proc",
            Assert.Throws<InputException>(() => new StoreTrial("/proc", TimeProvider.System).Run(() => { })).Message
        );
        Assert.StartsWith(
            "Cannot write '/proc",
            Assert.Throws<InputException>(() => TrialPartner.Serve("/proc", TimeSpan.Zero, TimeProvider.System)).Message
        );
    }

    [Fact]
    public void A_partner_that_nobody_comes_to_gives_up_and_leaves_nothing()
    {
        InputException fault = Assert.Throws<InputException>(() => TrialPartner.Serve(_folder.Path, TimeSpan.Zero, TimeProvider.System));
        Assert.Contains("doctor --store", fault.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>Tries a file system by two names of it, which may remember different things.</summary>
    private static async Task<IReadOnlyList<TrialFinding>> TryAsync(string here, string there)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Task partner = Task.CompletedTask;
        IReadOnlyList<TrialFinding> findings = await Task.Run(
            () =>
                new StoreTrial(here, TimeProvider.System) { Answering = TimeSpan.FromSeconds(2) }.Run(
                    () => partner = Task.Run(() => TrialPartner.Serve(there, TimeSpan.FromMinutes(1), TimeProvider.System, cancel), cancel),
                    cancel: cancel
                ),
            cancel
        );
        await partner;
        return findings;
    }
}
