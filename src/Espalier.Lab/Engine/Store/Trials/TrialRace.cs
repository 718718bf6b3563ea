using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>What both processes do at the same time, each in the same folder: how often this one was the first.</summary>
internal static class TrialRace
{
    /// <summary>Makes files that the other makes too, each only if it is not there.</summary>
    /// <returns>So many of them are this one's.</returns>
    public static int Create(string folder, int names)
    {
        int made = 0;
        for (int i = 0; i < names; i++)
            try
            {
                new FileStream(Path.Combine(folder, $"{i}"), FileMode.CreateNew, FileAccess.Write).Dispose();
                made++;
            }
            catch (Exception fault) when (FileFaults.IsFault(fault) && File.Exists(Path.Combine(folder, $"{i}")))
            {
                // The other was first.
            }
        return made;
    }

    /// <summary>The same as leases do it: a file that is whole is given a second name.</summary>
    public static int Link(string folder, int names)
    {
        var leases = new LeaseFolder(folder);
        int made = 0;
        for (int i = 1; i <= names; i++)
            if (leases.TryMake("link", i, LeaseHolder.New()))
                made++;
        return made;
    }

    /// <summary>Takes a lease again and again, and while it has it, makes a file that is there only while somebody has it.</summary>
    /// <param name="folder">Of the lease.</param>
    /// <param name="isByLocks">How it is kept.</param>
    /// <param name="turns">Tries.</param>
    /// <returns>How often it had it, how often somebody else was inside then, and how often trying for it ended in a fault.</returns>
    public static (int Held, int Overlaps, int Faults) Hold(string folder, bool isByLocks, int turns)
    {
        string lease = Path.Combine(folder, "lease"),
            inside = Path.Combine(folder, "inside");
        int held = 0,
            overlaps = 0,
            faults = 0;
        for (int i = 0; i < turns; i++)
            try
            {
                using Lease? mine = isByLocks ? LockLease.TryTake(lease) : FileLease.TryTake(lease);
                if (mine is null)
                    continue;
                held++;
                if (!IsAlone(inside))
                    overlaps++;
            }
            catch (InputException)
            {
                faults++;
            }
        return (held, overlaps, faults);
    }

    private static bool IsAlone(string inside)
    {
        try
        {
            new FileStream(inside, FileMode.CreateNew, FileAccess.Write).Dispose();
            Thread.Yield();
            File.Delete(inside);
            return true;
        }
        catch (Exception fault) when (FileFaults.IsFault(fault) && File.Exists(inside))
        {
            return false;
        }
    }
}
