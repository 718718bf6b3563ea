using System.Diagnostics;
using Espalier.Files;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Files;

/// <summary>Leases as files, for file systems that keep no locks, and what is no lease of another.</summary>
public sealed class LeaseSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_lease_that_is_a_file_has_one_holder_until_it_is_given_back()
    {
        using FileLease first = FileLease.TryTake(_folder["lease"], TimeSpan.Zero)!;
        Assert.NotNull(first);
        Assert.Null(FileLease.TryTake(_folder["lease"], TimeSpan.Zero));
        first.Dispose();
        using FileLease second = FileLease.TryTake(_folder["lease"], TimeSpan.Zero)!;
        Assert.NotNull(second);
        second.Retire();
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_holder_whose_folder_is_away_can_make_sure_of_nothing_says_so_and_holds_it_still_when_it_is_back()
    {
        _folder.Write("store/other", [1]);
        using FileLease held = FileLease.TryTake(_folder["store/lease"])!;
        Directory.Move(_folder["store"], _folder["away"]);
        Assert.StartsWith(
            $"Cannot write '{_folder["store/lease"]}'",
            Assert.Throws<InputException>(() => held.Confirm()).Message,
            StringComparison.Ordinal
        );
        Directory.Move(_folder["away"], _folder["store"]);
        Assert.Null(FileLease.TryTake(_folder["store/lease"]));
        Assert.True(held.Confirm());
    }

    [Fact]
    public void What_a_killed_holder_left_that_held_the_lease_by_a_lock_is_no_holder()
    {
        File.WriteAllText(_folder["lease"], "");
        using FileLease? taken = FileLease.TryTake(_folder["lease"]);
        Assert.NotNull(taken);
    }

    [Fact]
    public async Task An_empty_lease_is_of_nobody_long_before_the_patience_with_living_holders_ends()
    {
        File.WriteAllText(_folder["lease.1"], ""); // its holder died, or its disk was full, between making the file and writing it
        FileLease? taken = null;
        for (int i = 0; taken is null && i < 60; i++)
        {
            taken = FileLease.TryTake(_folder["lease"], LeaseHolder.DefaultPatience * 100);
            await Task.Delay(TimeSpan.FromMilliseconds(250), TestContext.Current.CancellationToken);
        }
        using (taken)
            Assert.NotNull(taken);
    }

    [Fact]
    public async Task Of_many_who_want_a_lease_that_is_a_file_one_has_it_at_any_time()
    {
        int inside = 0,
            most = 0,
            taken = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(_ =>
                    Task.Run(
                        () =>
                        {
                            for (int i = 0; i < 100; i++)
                            {
                                using FileLease? held = FileLease.TryTake(_folder["lease"]);
                                if (held is null)
                                    continue;
                                most = Math.Max(most, Interlocked.Increment(ref inside));
                                Interlocked.Increment(ref taken);
                                Thread.Yield();
                                Interlocked.Decrement(ref inside);
                            }
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );
        Assert.Equal(1, most);
        Assert.True(taken > 0);
    }

    [Fact]
    public void The_lease_of_a_dead_process_of_this_machine_is_free_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are looked up in /proc");
        using (var dead = Process.Start("true"))
        {
            dead.WaitForExit();
            Leave(LeaseHolder.Me with { Process = "another", ProcessId = dead.Id, Started = "1" });
        }
        using FileLease? taken = FileLease.TryTake(_folder["lease"]);
        Assert.NotNull(taken);
    }

    [Fact]
    public void The_lease_of_a_live_process_of_this_machine_is_held_however_long_it_says_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are looked up in /proc");
        Leave(LeaseHolder.Me with { Process = "another" }); // under this process's own number
        Assert.Null(FileLease.TryTake(_folder["lease"], TimeSpan.Zero));
        Assert.Null(FileLease.TryTake(_folder["lease"], TimeSpan.Zero));
    }

    [Fact]
    public void A_holder_on_another_machine_keeps_its_lease_while_it_renews_it_and_loses_it_when_it_does_not()
    {
        LeaseHolder other = new("another", "another machine", 17, "1", 1, false);
        for (int beat = 1; beat <= 3; beat++)
        {
            Leave(other with { Beat = beat });
            Assert.Null(FileLease.TryTake(_folder["lease"], TimeSpan.FromDays(1)));
        }
        using FileLease? taken = FileLease.TryTake(_folder["lease"], TimeSpan.Zero); // seen before, unchanged for longer than no time
        Assert.NotNull(taken);
    }

    [Fact]
    public void Whoever_lost_its_lease_is_told_and_neither_renews_nor_removes_the_other_s()
    {
        using FileLease first = FileLease.TryTake(_folder["lease"], TimeSpan.Zero)!;
        string taken = (LeaseHolder.Me with { Process = "another", Beat = 7 }).ToText();
        File.WriteAllText(_folder["lease.2"], taken);
        Assert.False(first.Lost.IsCancellationRequested);
        first.Renew();
        Assert.True(first.Lost.IsCancellationRequested);
        first.Retire();
        Assert.Equal(taken, File.ReadAllText(_folder["lease.2"]));
    }

    [Theory]
    [InlineData("nfs4", "rw,local_lock=none", true)]
    [InlineData("nfs", "rw,vers=3,nolock,local_lock=all", true)]
    [InlineData("lustre", "rw,localflock", true)]
    [InlineData("fuse.sshfs", "rw", true)]
    [InlineData("fuse", "rw", true)]
    [InlineData("fuseblk", "rw", false)]
    [InlineData("fuse.fuse-overlayfs", "rw", false)]
    [InlineData("ext4", "rw", false)]
    public void A_file_system_that_machines_share_is_told_by_the_mount(string type, string options, bool shared)
    {
        string[] table =
        [
            "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
            $"36 22 0:30 / /a\\040place rw,noatime shared:2 - {type} server:/share {options}",
            "37 22 0:31 / /a\\040place-beside rw - tmpfs none rw",
        ];
        Assert.Equal(shared, Mount.Of("/a place/store", table).IsShared);
        Assert.Equal("ext4", Mount.Of("/elsewhere", table).Type);
    }

    [Fact]
    public void Too_few_file_handles_are_no_lease_of_another()
    {
        // The fault that was taken for "held by another" for ever: anything that is none, while the file is there.
        Directory.CreateDirectory(_folder["leases/one"]);
        Assert.Throws<InputException>(() => Lease.TryTake(_folder["leases/one"]));
        Assert.Throws<InputException>(() => Lease.TryTake(_folder.Path + "/" + new string('x', 300)));
    }

    private void Leave(LeaseHolder holder) => File.WriteAllText(_folder["lease.1"], holder.ToText());
}
