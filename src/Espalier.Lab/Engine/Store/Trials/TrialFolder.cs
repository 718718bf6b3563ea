using System.Security.Cryptography;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>Where two processes that try a file system find each other, and work: <c>.espalier-doctor/</c> in a folder of it.</summary>
/// <param name="folder">The folder that is tried.</param>
internal sealed class TrialFolder(string folder)
{
    /// <summary>Its name; no store's own, and no reason why a folder could not become a store.</summary>
    internal const string Name = ".espalier-doctor";

    private const string Waiting = "waiting.";

    /// <summary>The folder that is tried.</summary>
    public string Tried => folder;

    private string Place => Path.Combine(folder, Name);

    /// <summary>A name that nobody else has.</summary>
    public static string NewToken() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    /// <summary>A folder of what is tried in one conversation.</summary>
    /// <param name="token">Of the conversation.</param>
    /// <param name="part">Below it; none for itself.</param>
    public string Of(string token, string part = "") => Path.Combine(Place, token, part);

    /// <summary>Makes a conversation's folder, and says that somebody waits there.</summary>
    /// <exception cref="InputException">Nothing can be written there.</exception>
    public void Announce(string token) =>
        Writing(() =>
        {
            Directory.CreateDirectory(Of(token, "says"));
            File.WriteAllText(Path.Combine(Place, Waiting + token), "");
        });

    /// <summary>Somebody who waits, of whom this process is the only one to know from now on; none if nobody does.</summary>
    /// <exception cref="InputException">Nothing can be written there.</exception>
    public string? Claim()
    {
        Writing(() =>
        {
            // What one has changed oneself is read anew.
            Directory.CreateDirectory(Place);
            string touch = Path.Combine(Place, $"touch-{NewToken()}");
            File.WriteAllText(touch, "");
            File.Delete(touch);
        });
        foreach (string file in Directory.EnumerateFiles(Place, Waiting + "*"))
            try
            {
                File.Move(file, file.Replace(Waiting, "met.", StringComparison.Ordinal));
                return Path.GetFileName(file)[Waiting.Length..];
            }
            catch (FileNotFoundException)
            {
                // Another has it.
            }
        return null;
    }

    /// <summary>Removes a conversation, and with the last one everything.</summary>
    public void Remove(string token)
    {
        try
        {
            File.Delete(Path.Combine(Place, Waiting + token));
            File.Delete(Path.Combine(Place, "met." + token));
            if (Directory.Exists(Of(token)))
                Directory.Delete(Of(token), recursive: true);
            if (Directory.Exists(Place) && !Directory.EnumerateFileSystemEntries(Place).Any())
                Directory.Delete(Place);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            // The other side is still there, and removes it.
        }
    }

    /// <summary>The same, when the other side, who does it at the end, has had time to.</summary>
    public void RemoveAfter(string token, TimeSpan patience, TimeProvider clock)
    {
        for (long start = clock.GetTimestamp(); Directory.Exists(Of(token)) && clock.GetElapsedTime(start) < patience; )
            Thread.Sleep(10);
        Remove(token);
    }

    private void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(folder, fault);
        }
    }
}
