using System.Diagnostics;
using Espalier.Files;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Files;

public class FileLockSpecs
{
    [Fact]
    public void One_holder_at_a_time_has_a_folder()
    {
        using TempFolder folder = new();
        using (FolderLock.Take(folder.Path))
        {
            InputException fault = Assert.Throws<InputException>(() => FolderLock.Take(folder.Path));
            Assert.Contains(folder.Path, fault.Message, StringComparison.Ordinal);
            Assert.Contains("Another command", fault.Message, StringComparison.Ordinal);
        }
        using FolderLock again = FolderLock.Take(folder.Path);
    }

    [Fact]
    public void A_lock_leaves_nothing_behind()
    {
        using TempFolder folder = new();
        string made = Path.Combine(folder.Path, "made");
        FolderLock.Take(made).Dispose();
        FolderLock.Take(folder.Path).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_a_killed_holder_left_is_taken_over()
    {
        using TempFolder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, FolderLock.FileName), "");
        FolderLock.Take(folder.Path).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Of_many_at_once_one_has_the_lock_at_any_time()
    {
        using TempFolder folder = new();
        string path = Path.Combine(folder.Path, "lock");
        int inside = 0,
            most = 0,
            taken = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(
                        () =>
                        {
                            for (int i = 0; i < 200; i++)
                            {
                                using FileLock? held = FileLock.TryTake(path);
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
    public void A_lock_of_another_process_is_seen()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/flock"), "flock(1) is not here");
        using TempFolder folder = new();
        string path = Path.Combine(folder.Path, "lock");
        using var other = Process.Start(
            new ProcessStartInfo("/usr/bin/flock", [path, "-c", "echo held; read line"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        Assert.Equal("held", other.StandardOutput.ReadLine());
        Assert.Null(FileLock.TryTake(path));
        other.StandardInput.Close();
        other.WaitForExit();
        using FileLock? held = FileLock.TryTake(path);
        Assert.NotNull(held);
    }

    [Fact]
    public void A_place_that_cannot_be_written_to_is_no_lock_of_another()
    {
        using TempFolder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "file"), "");
        Assert.Throws<InputException>(() => FileLock.TryTake(Path.Combine(folder.Path, "file", "lock")));
    }
}
