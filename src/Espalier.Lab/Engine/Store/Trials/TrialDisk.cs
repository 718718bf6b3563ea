using System.Diagnostics;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>What one process finds out alone about where a folder is.</summary>
/// <param name="LinkCount">Names that a file says it has, given two; 1 where there are no links, 0 where it does not say.</param>
/// <param name="Flush">Median time to write a small file and wait until it is on the disk.</param>
/// <param name="FilesPerSecond">Small files made and removed in a second.</param>
/// <param name="FreeBytes">Bytes free.</param>
internal sealed record TrialDisk(int LinkCount, TimeSpan Flush, double FilesPerSecond, long FreeBytes)
{
    private const int Flushes = 15,
        Files = 200,
        Length = 4096;

    /// <summary>Finds it out.</summary>
    /// <exception cref="InputException">Nothing can be written there.</exception>
    public static TrialDisk Of(TrialFolder place)
    {
        string token = TrialFolder.NewToken(),
            folder = place.Of(token);
        try
        {
            Directory.CreateDirectory(folder);
            return new(Links(folder), Flushed(folder), Speed(folder), new DriveInfo(folder).AvailableFreeSpace);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(folder, fault);
        }
        finally
        {
            place.Remove(token);
        }
    }

    private static int Links(string folder)
    {
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, new string('x', Length));
        return HardLinks.TryMake(file, Path.Combine(folder, "link"), out _) ? HardLinks.CountOf(file) ?? 0 : 1;
    }

    private static TimeSpan Flushed(string folder)
    {
        TimeSpan[] times =
        [
            .. Enumerable
                .Range(0, Flushes)
                .Select(i =>
                {
                    long start = Stopwatch.GetTimestamp();
                    using (var file = new FileStream(Path.Combine(folder, $"flushed-{i}"), FileMode.CreateNew, FileAccess.Write))
                    {
                        file.Write(new byte[Length]);
                        file.Flush(flushToDisk: true);
                    }
                    return Stopwatch.GetElapsedTime(start);
                })
                .Order(),
        ];
        return times[Flushes / 2];
    }

    private static double Speed(string folder)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Files; i++)
        {
            string path = Path.Combine(folder, $"small-{i}");
            File.WriteAllText(path, "small");
            File.Delete(path);
        }
        return Files / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
