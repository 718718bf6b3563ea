using System.Diagnostics;
using System.Globalization;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>
/// What two processes say to each other through a folder. A message is an empty file whose name is all of it, so that none is ever read
/// half; whoever looks for one has changed the folder itself just before, which makes network file systems read its list anew.
/// </summary>
/// <param name="folder">Of this conversation alone.</param>
/// <param name="me">This side's name.</param>
/// <param name="other">The other side's.</param>
internal sealed class TrialChannel(string folder, string me, string other)
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2),
        s_pause = TimeSpan.FromMilliseconds(20);

    private int _sent,
        _received;

    /// <summary>Says something.</summary>
    /// <param name="words">Letters, digits and hyphens.</param>
    /// <exception cref="InputException">Nothing can be written there.</exception>
    public void Send(params IEnumerable<string> words)
    {
        string path = Path.Combine(folder, $"{Number(me, ++_sent)}{string.Join('.', words)}");
        try
        {
            new FileStream(path, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(path, fault);
        }
    }

    /// <summary>What the other side said next, if it is there already.</summary>
    /// <exception cref="InputException">The folder is gone.</exception>
    public string[]? TryReceive()
    {
        try
        {
            string touch = Path.Combine(folder, $".{me}");
            new FileStream(touch, FileMode.Create, FileAccess.Write).Dispose();
            File.Delete(touch);
            string prefix = Number(other, _received + 1);
            if (Directory.EnumerateFiles(folder, prefix + "*").FirstOrDefault() is not { } found)
                return null;
            _received++;
            return Path.GetFileName(found)[prefix.Length..].Split('.');
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Reading(folder, fault);
        }
    }

    /// <summary>Waits for what the other side says next.</summary>
    /// <param name="patience">So long at most.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>None if nothing came.</returns>
    /// <exception cref="InputException">The folder is gone.</exception>
    public string[]? Receive(TimeSpan patience, CancellationToken cancel)
    {
        for (long start = Stopwatch.GetTimestamp(); ; )
        {
            if (TryReceive() is { } words)
                return words;
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (waited > patience)
                return null;
            cancel.WaitHandle.WaitOne(waited < s_soon ? TimeSpan.FromMilliseconds(1) : s_pause);
            cancel.ThrowIfCancellationRequested();
        }
    }

    private static string Number(string side, int number) => string.Create(CultureInfo.InvariantCulture, $"{side}.{number:0000}.");
}
