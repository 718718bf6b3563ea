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
}
