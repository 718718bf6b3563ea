using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary><c>doctor --store</c> on real file systems, each in a space of mounts of its own.</summary>
public sealed class DoctorStoreSpecs : IDisposable
{
    private const string Serve = "printf '#!/bin/sh\\nexec /usr/lib/openssh/sftp-server\\n' > serve; chmod +x serve",
        ByFuse = "sshfs -o ssh_command=$PWD/serve,dcache_timeout=2 x:$PWD/under";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mount -t tmpfs -o size=2g none one", 0, "^ok  leases +hold: locks of the operating system hold$")]
    [InlineData("mount -t overlay -o lowerdir=one,upperdir=two,workdir=under none one", 0, "^ok  leases +hold: ")]
    [InlineData(
        "mount -t tmpfs -o size=64k none one; head -c 65536 /dev/zero > one/ballast",
        2,
        "^error: Cannot write '.*No space left on device.$"
    )]
    [InlineData("mount --bind one one; mount -o remount,bind,ro one", 2, "^error: Cannot write '.*Read-only file system.$")]
    [InlineData("mount -t tmpfs -o size=100m none one", 2, "^--  free space +0.1 GB$")]
    public async Task Each_file_system_is_told_what_it_is(string mounts, int code, string said)
    {
        ProcessResult found = await InMountsAsync(mounts, "espalier doctor --store one");
        Assert.SkipWhen(found.Code == Unmountable, "nothing can be mounted here");
        Assert.Equal(code, found.Code);
        Assert.Matches($"(?m){said}", found.Out + found.Err);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["one"]));
    }

    [Fact]
    public async Task Two_sides_that_remember_different_things_are_tried_by_a_partner_that_waits_in_the_folder()
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/sshfs") && File.Exists("/usr/lib/openssh/sftp-server"),
            "sshfs and its server are not here"
        );
        ProcessResult found = await InMountsAsync(
            $"{Serve}; {ByFuse} one; {ByFuse} two",
            "espalier doctor --store two --partner > partner & sleep 1; espalier doctor --store one; code=$?; "
                + "wait; cat partner; umount -l one two; exit $code"
        );
        Assert.SkipWhen(found.Code == Unmountable, "nothing can be mounted here");
        Assert.Matches("(?m)^ok  file system +fuse.sshfs", found.Out);
        Assert.Matches("(?m)^ok  locks +do not hold between the two; they are not used here$", found.Out);
        Assert.Matches("(?m)^ok  old looks +what the other changes is seen late: .*a new file in a list after", found.Out);
        Assert.Matches("(?m)^Tried; the other process prints", found.Out);
        Assert.Equal(found.Out.Contains("-- ", StringComparison.Ordinal) ? 2 : 0, found.Code);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["under"]));
    }

    [Theory]
    [InlineData("doctor --partner", "--partner needs --store")]
    [InlineData("doctor --store . --device cpu", "--device means nothing beside --store")]
    [InlineData("doctor --store . --threads 1", "--threads means nothing beside --store")]
    [InlineData("doctor --store . --data .", "--data means nothing beside --store")]
    [InlineData("doctor --store nowhere", "There is no folder 'nowhere'.")]
    [InlineData("doctor --store nowhere --partner", "There is no folder 'nowhere'.")]
    public async Task What_cannot_be_tried_is_refused_in_a_sentence(string line, string sentence)
    {
        ShellResult refused = await Shell.RunAsync(line.Split(' '));
        Assert.Equal(2, refused.Code);
        Assert.Contains(sentence, refused.Err);
    }

    private const int Unmountable = 77;

    private Task<ProcessResult> InMountsAsync(string mounts, string line)
    {
        foreach (string name in new[] { "one", "two", "under" })
            Directory.CreateDirectory(_folder[name]);
        string script = $"set -e; {{ {mounts}; }} > /dev/null 2>&1 || exit {Unmountable}; set +e; {line}";
        return EspalierProcess.ScriptAsync(
            _folder.Path,
            $"export -f espalier; unshare -rm bash -c {EspalierProcess.Quoted(script)} || exit $?"
        );
    }
}
