using Espalier.Collectives;
using Xunit;

namespace Espalier.Tests.Collectives;

/// <summary>Where the ranks of one machine meet, and what is left of those that were killed.</summary>
public class MeetingFolderSpecs
{
    [Fact]
    public void Memory_that_a_killed_process_left_is_freed_by_the_next()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are looked up in /proc");
        string own = SharedMemoryCollective.NewFolder(),
            left = own + "-left";
        Directory.CreateDirectory(left);
        File.WriteAllText(Path.Combine(left, "starter"), $"{int.MaxValue} 1");
        string next = SharedMemoryCollective.NewFolder();
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(own));
        Directory.Delete(own, recursive: true);
        Directory.Delete(next, recursive: true);
    }

    [Fact]
    public void Who_waits_for_a_rank_0_that_was_killed_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are looked up in /proc");
        string folder = SharedMemoryCollective.NewFolder();
        try
        {
            File.WriteAllText(Path.Combine(folder, "starter"), $"{int.MaxValue} 1");
            var fault = Assert.Throws<BrokenRanksException>(() => SharedMemoryCollective.Join(folder, 1, 2));
            Assert.Equal("Rank 1 of 2 waited for rank 0, whose process has ended.", fault.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
