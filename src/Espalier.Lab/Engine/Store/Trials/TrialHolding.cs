using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>A lease that both processes want.</summary>
internal static class TrialHolding
{
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
