using System.Diagnostics;

namespace Espalier.Collectives;

/// <summary>The folder in which the ranks of one machine find the memory that they share.</summary>
internal static class MeetingFolder
{
    private const string Prefix = "espalier-ranks-",
        FileName = "ranks",
        StarterName = "starter";

    private static int s_folders;

    /// <summary>A new one, in memory where the system has such a place. The caller removes it.</summary>
    public static string New()
    {
        const string memory = "/dev/shm";
        string place = Directory.Exists(memory) && IsRoomy(memory) ? memory : Path.GetTempPath();
        RemoveForgotten(place);
        string folder = Path.Combine(place, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref s_folders)}");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true); // of an earlier process of this number
        folder = Directory.CreateDirectory(folder).FullName;
        File.WriteAllText(Path.Combine(folder, StarterName), $"{PeerProcess.Here.Id} {PeerProcess.Here.Began}");
        return folder;
    }

    /// <summary>Whoever was killed could not remove what it had made: memory, which nobody else would free.</summary>
    private static void RemoveForgotten(string place)
    {
        foreach (string folder in Directory.EnumerateDirectories(place, Prefix + "*", new EnumerationOptions()))
            try
            {
                if (Starter(folder) is { IsAlive: false })
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another is at it: those after it are removed all the same.
            }
    }

    /// <summary>Who made the folder; null where nothing says so.</summary>
    private static PeerProcess? Starter(string folder)
    {
        try
        {
            string[] words = File.ReadAllText(Path.Combine(folder, StarterName)).Split(' ');
            return words.Length == 2 && long.TryParse(words[0], out long id) && long.TryParse(words[1], out long began)
                ? new PeerProcess(id, began)
                : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // not there, or removed just now
        }
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
            if (!Directory.Exists(folder) || Starter(folder) is { IsAlive: false })
                throw new BrokenRanksException($"Rank {rank} of {size} waited for rank 0, whose process has ended.");
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
