using System.Globalization;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>One of the two processes that try a file system, as it says who it is.</summary>
/// <param name="Host">Its machine, for people.</param>
/// <param name="Machine">The boot of its machine, shortened: two processes with the same share a kernel.</param>
/// <param name="IsByLocks">Whether it would keep leases by locks.</param>
/// <param name="Ahead">How far the file system's clock is ahead of its machine's.</param>
internal sealed record TrialSide(string Host, string Machine, bool IsByLocks, TimeSpan Ahead)
{
    /// <summary>This process.</summary>
    /// <param name="store">The folder that is tried, which may say itself how leases are kept in it.</param>
    /// <param name="own">A folder of this trial.</param>
    /// <param name="clock">This machine's.</param>
    /// <exception cref="InputException">Nothing can be written there.</exception>
    public static TrialSide Here(string store, string own, TimeProvider clock) =>
        new(
            Plain(Environment.MachineName),
            Plain(LeaseHolder.Me.Machine.Length > 0 ? LeaseHolder.Me.Machine : Environment.MachineName),
            ArtefactStore.LeasesOf(store).IsByLocks,
            ClockOf(own, clock)
        );

    /// <summary>As words of a message.</summary>
    public string[] ToWords() =>
        [Host, Machine, IsByLocks ? "locks" : "files", Ahead.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)];

    /// <summary>Of a message.</summary>
    public static TrialSide Of(string[] words) =>
        new(words[0], words[1], words[2] == "locks", TimeSpan.FromMilliseconds(double.Parse(words[3], CultureInfo.InvariantCulture)));

    /// <summary>How far the time that a new file gets is ahead of the middle of the time around it.</summary>
    private static TimeSpan ClockOf(string folder, TimeProvider clock)
    {
        string path = Path.Combine(folder, $"clock-{TrialFolder.NewToken()}");
        try
        {
            DateTime before = clock.GetUtcNow().UtcDateTime;
            File.WriteAllText(path, "what time is it?");
            DateTime after = clock.GetUtcNow().UtcDateTime,
                said = File.GetLastWriteTimeUtc(path);
            File.Delete(path);
            return said - (before + (after - before) / 2);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(path, fault);
        }
    }

    private static string Plain(string text) => string.Concat(text.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
}
