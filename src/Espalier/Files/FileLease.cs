using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Espalier.Files;

/// <summary>
/// A lease as a file that its holder renews, for file systems that keep no locks. <c>ID.1</c> is the first holder's; whoever finds it given
/// back, its holder dead, or not renewed for <see cref="Patience"/>, takes over by making <c>ID.2</c>, which the system lets only one do;
/// and so on. The file with the highest number is the lease. Time is measured by whoever waits, so clocks of machines need not agree.
/// </summary>
internal sealed class FileLease : Lease
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<string, (string Text, long Since)> Seen = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, FileLease> Mine = new(StringComparer.Ordinal);

    private readonly string _path,
        _name;
    private readonly int _number;
    private readonly Timer _timer;
    private readonly CancellationTokenSource _lost = new();
    private readonly Lock _lock = new();
    private long _beat;
    private bool _isOver;

    private FileLease(string name, int number)
    {
        (_name, _number, _path) = (name, number, LeaseFiles.PathOf(name, number));
        Mine[_path] = this;
        _timer = new Timer(_ => Renew(), null, Interval, Interval);
    }

    /// <summary>A holder elsewhere that has not renewed its lease for so long has lost it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(90);

    /// <inheritdoc/>
    public override CancellationToken Lost => _lost.Token;

    /// <inheritdoc cref="Lease.TryTake"/>
    public static FileLease? TryTake(string path, TimeSpan patience)
    {
        string name = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            int last = LeaseFiles.Last(name);
            if (last > 0 && IsHeld(LeaseFiles.PathOf(name, last), patience))
                return null;
            if (!LeaseFiles.TryMake(LeaseFiles.PathOf(name, last + 1)))
                return null;
            var lease = new FileLease(name, last + 1);
            if (LeaseFiles.Last(name) == last + 1)
                return lease;
            lease.Dispose(); // another went further while this one was looking
            return null;
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(path, fault);
        }
    }

    /// <inheritdoc/>
    public override void Retire()
    {
        if (!End())
            return;
        foreach (string file in LeaseFiles.Numbered(_name).Order().Select(number => LeaseFiles.PathOf(_name, number)).ToArray())
            try
            {
                File.Delete(file);
            }
            catch (Exception fault) when (FileFaults.IsFault(fault))
            {
                // Left behind, it says that its holder's process is gone, or else does not renew it.
            }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (End())
            TryWrite(isReleased: true);
    }

    /// <summary>Tells that this holder lives, and looks whether another has taken over.</summary>
    internal void Renew()
    {
        lock (_lock)
            if (!_isOver && !IsLost())
                TryWrite(isReleased: false);
    }

    private bool IsLost()
    {
        if (File.Exists(_path) && !File.Exists(LeaseFiles.PathOf(_name, _number + 1)))
            return false;
        _lost.Cancel();
        return true;
    }

    private bool End()
    {
        lock (_lock)
        {
            if (_isOver)
                return false;
            _isOver = true;
            Mine.TryRemove(_path, out _);
            _timer.Dispose();
            return !IsLost();
        }
    }

    private void TryWrite(bool isReleased)
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            byte[] text = Encoding.UTF8.GetBytes((LeaseHolder.Me with { Beat = ++_beat, IsReleased = isReleased }).ToText());
            file.Write(text);
            file.SetLength(text.Length);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            // A store that is away for a moment takes no lease: only another holder does.
        }
    }

    private static bool IsHeld(string path, TimeSpan patience)
    {
        string text;
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            text = reader.ReadToEnd();
        }
        catch (FileNotFoundException)
        {
            return true; // retired just now: look again
        }
        LeaseHolder? holder = LeaseHolder.TryParse(text);
        if (holder is { IsReleased: true })
            return false;
        if (holder?.Process == LeaseHolder.Me.Process)
            return Mine.ContainsKey(path);
        if (holder?.IsAlive() is { } alive)
            return alive;
        (string, long) now = (text, Stopwatch.GetTimestamp());
        (string Text, long Since) seen = Seen.AddOrUpdate(path, now, (_, old) => old.Text == text ? old : now);
        // Whoever makes the file writes it at once: an empty one is of a holder that died in between.
        TimeSpan patient = text.Length == 0 && patience > Interval ? Interval : patience;
        return Stopwatch.GetElapsedTime(seen.Since) < patient;
    }
}
