using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// The folder that a holder of a stage's lease works in. Where leases are files it is the holder's alone, <c>work/ID/TOKEN</c>: one that
/// was suspended, and has lost its lease meanwhile, comes back to a folder that is not there, and touches nothing of its successor's.
/// </summary>
internal static class WorkPlace
{
    private const string Taken = ".taken";

    /// <summary>Makes the folder, with what the holder before had got to.</summary>
    /// <param name="common">The stage's work folder.</param>
    /// <param name="lease">Under which it is worked there.</param>
    /// <exception cref="InputException">It cannot be written to.</exception>
    public static string Open(string common, Lease lease)
    {
        if (lease.Token is not { } token)
            return common;
        string own = Path.Combine(common, token);
        try
        {
            Directory.CreateDirectory(own);
            if (Former(common, own) is { } former)
            {
                Copy(former, own);
                Directory.Delete(former, recursive: true);
            }
            else
            {
                Copy(common, own); // of one that held the lease by a lock
            }
            return own;
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(own, fault);
        }
    }

    /// <summary>Removes what all holders left.</summary>
    public static void Clear(string common)
    {
        try
        {
            if (Directory.Exists(common))
                Directory.Delete(common, recursive: true);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            // Somebody who has lost the lease and does not know it yet writes there; a cleaning of the store removes it.
        }
    }

    /// <summary>
    /// Takes the former holder's folder away as a whole, at one moment; it is copied afterwards, as he may still have a file of it open.
    /// </summary>
    private static string? Former(string common, string own)
    {
        string[] others = [.. Directory.GetDirectories(common).Where(folder => folder != own).OrderDescending(StringComparer.Ordinal)];
        if (others.FirstOrDefault(folder => folder.EndsWith(Taken, StringComparison.Ordinal)) is { } left)
            return left; // whoever took it died before all was copied
        if (others.MaxBy(Directory.GetLastWriteTimeUtc) is not { } latest)
            return null;
        Directory.Move(latest, latest + Taken);
        return latest + Taken;
    }

    /// <summary>Without what he was just writing, which nothing is gone on with, and which he holds open where he was suspended.</summary>
    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from).Where(file => !ArtefactStore.IsRemnant(Path.GetFileName(file))))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }
}
