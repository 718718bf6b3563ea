using Espalier.Files;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Engine.Store.Trials;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

/// <summary>What <c>doctor --store</c> finds out about file systems: real ones, and some that cannot be had here.</summary>
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

    [Theory]
    [InlineData("", true, "hold: leases are files every 5.0 s, which is seen within 0.1 s; silent for 90 s, a holder loses its lease")]
    [InlineData("stale 60", true, "hold: ")]
    [InlineData("stale 80", false, "are lost by living holders: .* set ESPALIER_LEASE_SECONDS to 97 or more on all machines")]
    [InlineData("stale 3, patience 3", false, "are lost by living holders: .* set ESPALIER_LEASE_SECONDS to 5 or more")]
    [InlineData("stale never", false, "do NOT hold: that a holder lives is never seen")]
    [InlineData("both made", false, "do NOT hold: of those who want one")]
    [InlineData("both linked", false, "do NOT hold: of those who want one")]
    [InlineData("both held", false, "do NOT hold: both had one at once 3 times of 200")]
    [InlineData("faults", false, "do NOT hold: trying for one ended in a fault 2 times")]
    [InlineData("locks", true, "hold: ")]
    [InlineData(
        "locks unseen",
        false,
        "do NOT hold: they would be locks, and the other process does not see them; .*leases/.leases-by-files"
    )]
    [InlineData("locks here", false, "do NOT hold: n1 would keep them by locks and the other by files")]
    public void The_verdict_on_leases_follows_from_what_was_found(string found, bool holds, string said)
    {
        TrialFinding leases = TrialVerdict.Of(Facts(found))[^1];
        Assert.Equal(("leases", holds), (leases.Name, leases.IsGood));
        Assert.Matches("^" + said, leases.Text);
    }

    [Theory]
    [InlineData("torn", "replacing by renaming")]
    [InlineData("both made", "exclusive create")]
    [InlineData("both linked", "hard links")]
    [InlineData("stale never", "old looks")]
    [InlineData("locks unseen", "locks")]
    [InlineData("full", "free space")]
    public void Whatever_is_unfit_is_named(string found, string name) =>
        Assert.Equal(
            [name],
            TrialVerdict.Of(Facts(found)).Where(finding => !finding.IsGood && finding.Name != "leases").Select(finding => finding.Name)
        );

    [Fact]
    public void Lease_seconds_that_the_verdict_asks_for_are_enough_and_fewer_are_not()
    {
        foreach (double late in new[] { 1.0, 3, 10, 30, 60, 100 })
        {
            int enough = Enumerable.Range(2, 3599).First(seconds => TrialLeases.Of(Late(late, seconds)).IsGood);
            TrialFinding lost = TrialLeases.Of(Late(late, 2));
            Assert.Equal(late >= 2.0 - 3 * 2.0 / 18, !lost.IsGood);
            if (!lost.IsGood)
                Assert.InRange(int.Parse(lost.Text.Split("SECONDS to ")[1].Split(' ')[0]), enough, enough + 1);
        }
    }

    [Fact]
    public void Where_the_verdict_is_good_no_living_holder_is_ever_taken_for_silent_and_where_looks_are_older_than_patience_it_is_bad()
    {
        int good = 0,
            bad = 0;
        for (double late = 0; late <= 40; late += 1.25)
            foreach (int patience in new[] { 2, 5, 10, 30 })
            {
                bool holds = TrialLeases.Of(Late(late, patience)).IsGood,
                    loses = IsTakenForSilent(late, patience);
                Assert.False(holds && loses, $"looks {late} s old, patience {patience} s");
                Assert.False(holds && late > patience);
                if (late > 1.2 * patience)
                    Assert.True(loses); // the simulation can fail
                (good, bad) = (good + (holds ? 1 : 0), bad + (loses ? 1 : 0));
            }
        Assert.True(good > 20 && bad > 20, $"{good} good, {bad} bad");
    }

    /// <summary>A holder that renews on and on, and one who waits for it, whose machine looks anew only so often.</summary>
    private static bool IsTakenForSilent(double late, double patience)
    {
        var clock = new SteppedClock();
        var watch = new LeaseWatch(clock);
        LeaseHolder holder = LeaseHolder.Me with { PatienceSeconds = patience };
        string remembered = "";
        double rememberedAt = double.MinValue;
        for (; clock.Seconds < 5 * (late + patience); clock.Seconds += 0.05)
        {
            if (clock.Seconds - rememberedAt >= late)
                (remembered, rememberedAt) = (
                    (holder with { Beat = (long)(clock.Seconds / holder.Interval.TotalSeconds) }).ToText(),
                    clock.Seconds
                );
            if (watch.IsSilent("lease", new LeaseSight(remembered, LeaseHolder.TryParse(remembered)), watch.Now))
                return true;
        }
        return false;
    }

    private sealed class SteppedClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => TimeSpan.FromSeconds(Seconds).Ticks;
    }

    private static TrialFacts Late(double late, int patience) => Facts($"stale {late}, patience {patience}");

    private static TrialFacts Facts(string found)
    {
        TrialSide here = new("n1", "1", IsByLocks: false, TimeSpan.Zero);
        TrialFacts facts = new()
        {
            Here = here,
            There = here with { Host = "n2", Machine = "2", Ahead = TimeSpan.FromMinutes(-3) },
            Disk = new(2, TimeSpan.FromMilliseconds(3), 500, (long)1e12),
            Keeping = "leases are files",
            Names = 1000,
            Created = 1000,
            Links = 100,
            Linked = 100,
            Read = 400,
            Held = 200,
            Seen = [.. StaleLooks.Names.Select(_ => (TimeSpan?)TimeSpan.FromSeconds(0.1))],
            Patience = TimeSpan.FromSeconds(90),
            Interval = TimeSpan.FromSeconds(5),
        };
        TrialFacts ByLocks(string held) =>
            facts with
            {
                Here = facts.Here with { IsByLocks = true },
                There = facts.There with { IsByLocks = true },
                HeldLock = held,
                FreeLock = TrialLock.Taken,
            };
        TrialFacts Stale(TimeSpan? time) => facts with { Seen = [time, .. facts.Seen.Skip(1)] };
        string[] words = found.Split(' ', ',');
        return found switch
        {
            "" => facts,
            "stale never" => Stale(null),
            "both made" => facts with { Created = 1001 },
            "both linked" => facts with { Linked = 101 },
            "both held" => facts with { Overlaps = 3 },
            "faults" => facts with { Faults = 2 },
            "torn" => facts with { Unfit = (0, 1) },
            "full" => facts with { Disk = facts.Disk with { FreeBytes = 1000 } },
            "locks" => ByLocks(TrialLock.Refused),
            "locks unseen" => ByLocks(TrialLock.Taken),
            "locks here" => facts with { Here = here with { IsByLocks = true } },
            _ => Stale(TimeSpan.FromSeconds(double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture))) with
            {
                Patience = TimeSpan.FromSeconds(words.Length > 2 ? int.Parse(words[^1]) : 90),
                Interval = TimeSpan.FromSeconds(words.Length > 2 ? int.Parse(words[^1]) : 90) / 18,
            },
        };
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
