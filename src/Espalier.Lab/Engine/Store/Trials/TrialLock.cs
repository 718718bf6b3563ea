using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>A lock of the operating system that one process holds while the other tries for it.</summary>
internal static class TrialLock
{
    /// <summary>Answers of <see cref="Try"/>.</summary>
    public const string Taken = "taken",
        Refused = "refused",
        None = "none";

    /// <summary>Tries for it, and gives it back at once.</summary>
    public static string Try(string folder)
    {
        try
        {
            using FileLock? mine = Take(folder);
            return mine is null ? Refused : Taken;
        }
        catch (InputException)
        {
            return None; // the file system keeps none
        }
    }

    /// <summary>Takes it.</summary>
    /// <returns>None if the other has it.</returns>
    /// <exception cref="InputException">There are no locks here.</exception>
    public static FileLock? Take(string folder) => FileLock.TryTake(Path.Combine(folder, "lock"));
}
