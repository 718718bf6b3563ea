using System.Diagnostics;

namespace Espalier.Collectives;

/// <summary>The folder in which the ranks of one machine find the memory that they share.</summary>
internal static class MeetingFolder
{
    private const string FileName = "ranks";

    private static int s_folders;

    /// <summary>A new one, in memory where the system has such a place. The caller removes it.</summary>
    public static string New()
    {
        const string memory = "/dev/shm";
        string place = Directory.Exists(memory) && IsRoomy(memory) ? memory : Path.GetTempPath();
        string folder = Path.Combine(place, $"espalier-ranks-{Environment.ProcessId}-{Interlocked.Increment(ref s_folders)}");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true); // of an earlier process of this number
        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Containers often have 64 MB there.</summary>
    private static bool IsRoomy(string place)
    {
        const long enough = 32L << 20;
        try
        {
            return new DriveInfo(place).AvailableFreeSpace > enough;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Puts the memory there.</summary>
    /// <exception cref="InputException">There is no room for it.</exception>
    public static SharedRegion Make(string folder, int size)
    {
        try
        {
            return SharedRegion.Create(Path.Combine(folder, FileName), size);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Memory that ranks share could not be made: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>Waits until rank 0 has put it there.</summary>
    /// <exception cref="InputException">It does not come within <see cref="SharedBarrier.Patience"/>, or has another number.</exception>
    public static SharedRegion Find(string folder, int rank, int size, Action? check)
    {
        string path = Path.Combine(folder, FileName);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (SharedRegion.Open(path, size) is { } region)
                return region;
            check?.Invoke();
            if (Stopwatch.GetElapsedTime(start) > SharedBarrier.Patience)
                throw new InputException(
                    $"Rank {rank} of {size} waited {SharedBarrier.Patience.TotalMinutes:0} minutes for rank 0, which did not come."
                );
            Thread.Sleep(5);
        }
    }

    /// <summary>Takes the file away once all have the memory, which stays theirs.</summary>
    public static void Leave(string folder) => File.Delete(Path.Combine(folder, FileName));
}
