using Espalier.Files;
using Espalier.Lab.Engine.Store.Trials;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

/// <summary>What <c>doctor --store</c> makes of what was found out, also about file systems that cannot be had here.</summary>
public sealed class TrialVerdictSpecs
{
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
}
