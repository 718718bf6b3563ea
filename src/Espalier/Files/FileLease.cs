using System.Collections.Concurrent;

namespace Espalier.Files;

/// <summary>
/// A lease as files, for file systems that several machines share, or that keep no locks: the file with the highest number is the lease,
/// and its holder renews it. Whoever finds it given back, its holder's process gone, or not renewed for <see cref="LeaseHolder.Patience"/>
/// by his own clock, takes over, as <see cref="LeaseProtocol"/> has it.
/// </summary>
internal sealed class FileLease : Lease
{
    private static readonly ConcurrentDictionary<string, bool> Mine = new(StringComparer.Ordinal);

    private readonly LeaseFolder _folder;
    private readonly LeaseProtocol _protocol;
    private readonly string _path,
        _name;
    private readonly Timer _timer;
    private readonly CancellationTokenSource _lost = new();
    private readonly Lock _lock = new();
    private LeaseHolder _me;
    private int _number;
    private bool _isOver;

    private FileLease(LeaseFolder folder, LeaseProtocol protocol, string path, LeaseHolder me, int number)
    {
        (_folder, _protocol, _path, _name, _me, _number) = (folder, protocol, path, Path.GetFileName(path), me, number);
        Token = me.Token;
        _timer = new Timer(_ => Renew(), null, me.Interval, me.Interval);
    }

    /// <inheritdoc/>
    public override CancellationToken Lost => _lost.Token;

    /// <inheritdoc/>
    public override string? Token { get; }

    /// <inheritdoc cref="Lease.TryTake"/>
    /// <param name="path">The lease.</param>
    /// <param name="patience">Instead of what holders say of themselves.</param>
    /// <param name="watch">What was seen of them; this process's own if none is given.</param>
    public static FileLease? TryTake(string path, TimeSpan? patience = null, LeaseWatch? watch = null)
    {
        string full = Path.GetFullPath(path),
            name = Path.GetFileName(full);
        watch ??= LeaseWatch.Ours;
        LeaseHolder me = LeaseHolder.New();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            var folder = new LeaseFolder(Path.GetDirectoryName(full)!);
            var protocol = new LeaseProtocol(
                folder,
                name,
                (sight, before, number) => IsHeld(sight) ?? !watch.IsSilent($"{full}.{number}", sight, before, patience),
                () => watch.Now
            );
            Mine[me.Token] = true; // before others of this process can see its file
            if (protocol.TryTake(me) is { } number)
                return new FileLease(folder, protocol, full, me, number);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            Mine.TryRemove(me.Token, out _);
            throw FileFaults.Writing(path, fault);
        }
        Mine.TryRemove(me.Token, out _);
        return null;
    }

    /// <summary>Looks whether somebody holds a lease, and touches nothing: it may be another version's.</summary>
    /// <param name="path">The lease.</param>
    /// <returns>What its holder's file says, null where nothing does or it is of another form; and whether it is held: null where that
    /// shows only in what the file says later.</returns>
    public static (string? Text, bool? IsHeld) Look(string path)
    {
        string full = Path.GetFullPath(path),
            name = Path.GetFileName(full);
        var folder = new LeaseFolder(Path.GetDirectoryName(full)!);
        return FileFaults.Reading<(string?, bool?)>(
            path,
            () =>
            {
                int last = folder.Numbers(name).DefaultIfEmpty(0).Max();
                long before = LeaseWatch.Ours.Now;
                return last == 0 || folder.Read(name, last) is not { Holder: not null } sight
                    ? (null, null)
                    : (sight.Text, IsHeld(sight) ?? (LeaseWatch.Ours.IsSilent($"{full}.{last}", sight, before) ? false : null));
            }
        );
    }

    /// <inheritdoc/>
    public override bool Confirm()
    {
        lock (_lock)
        {
            LeaseHolder next = LeaseHolder.New();
            Mine[next.Token] = true;
            try
            {
                if (!_isOver && _protocol.TryConfirm(_number, _me.Token, next) is { } number)
                {
                    (_me, _number, next) = (next, number, _me);
                    return true;
                }
            }
            catch (Exception fault) when (FileFaults.IsFault(fault))
            {
                throw FileFaults.Writing(_path, fault); // the store is away, or its disk full
            }
            finally
            {
                Mine.TryRemove(next.Token, out _);
            }
        }
        _lost.Cancel();
        return false;
    }

    /// <inheritdoc/>
    public override void Retire() => End(() => _protocol.Retire(_number));

    /// <inheritdoc/>
    public override void Dispose() => End(() => _folder.TryRenew(_name, _number, _me with { Beat = _me.Beat + 1, IsReleased = true }));

    /// <summary>Tells that this holder lives, and looks whether another has taken over.</summary>
    internal void Renew()
    {
        lock (_lock)
            try
            {
                if (_isOver)
                    return;
                if (!IsLost())
                    _folder.TryRenew(_name, _number, _me = _me with { Beat = _me.Beat + 1 });
            }
            catch (Exception fault) when (FileFaults.IsFault(fault))
            {
                // A store that is away for a moment takes no lease: only another holder does.
            }
    }

    private bool IsLost()
    {
        if (!_protocol.IsLost(_number, _me.Token))
            return false;
        _lost.Cancel();
        return true;
    }

    private void End(Action how)
    {
        lock (_lock)
        {
            if (_isOver)
                return;
            _isOver = true;
            _timer.Dispose();
            try
            {
                if (!IsLost())
                    how();
            }
            catch (Exception fault) when (FileFaults.IsFault(fault))
            {
                // Left behind, it says that its holder's process is gone, or else does not renew it.
            }
            Mine.TryRemove(_me.Token, out _);
        }
    }

    /// <summary>Whether a holder is there, as far as that can be told without waiting.</summary>
    private static bool? IsHeld(LeaseSight sight) =>
        sight.Holder is not { } holder ? null
        : holder.IsReleased ? false
        : holder.Process == LeaseHolder.Me.Process ? Mine.ContainsKey(holder.Token)
        : holder.IsAlive();
}
