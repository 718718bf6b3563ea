using System.Diagnostics;

namespace Espalier.Collectives;

/// <summary>Where the ranks of one machine wait for each other. Who waits looks whether the others are still there.</summary>
internal sealed class SharedBarrier
{
    /// <summary>How long a rank waits for another that has not joined yet.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const int Spins = 2000;

    private static readonly TimeSpan Eager = TimeSpan.FromMilliseconds(2),
        Look = TimeSpan.FromMilliseconds(200);

    private readonly SharedRegion _region;
    private readonly int _rank,
        _size;
    private readonly Action? _check;
    private readonly bool _maySpin;
    private long _barriers;

    /// <summary>Tells the others that this rank has joined.</summary>
    /// <param name="region">What they share.</param>
    /// <param name="rank">This one.</param>
    /// <param name="size">How many.</param>
    /// <param name="check">Called now and then while this rank waits: throws where it knows that waiting is in vain.</param>
    public SharedBarrier(SharedRegion region, int rank, int size, Action? check)
    {
        (_region, _rank, _size, _check) = (region, rank, size, check);
        _maySpin = size <= Environment.ProcessorCount;
        (region.Began(rank), region.Left(rank)) = (PeerProcess.Here.Began, 0);
        Volatile.Write(ref region.ProcessId(rank), PeerProcess.Here.Id);
    }

    /// <summary>Waits until all have come here.</summary>
    /// <exception cref="BrokenRanksException">A rank has ended, or the work was ended.</exception>
    public void Wait()
    {
        long here = ++_barriers;
        Volatile.Write(ref _region.Arrived(_rank), here);
        for (int other = 0; other < _size; other++)
            if (other != _rank && Volatile.Read(ref _region.Arrived(other)) < here)
                WaitFor(other, here);
    }

    private void WaitFor(int other, long barrier)
    {
        if (_maySpin)
            for (int i = 0; i < Spins; i++)
            {
                if (Volatile.Read(ref _region.Arrived(other)) >= barrier)
                    return;
                Thread.SpinWait(8);
            }
        long start = Stopwatch.GetTimestamp(),
            looked = start;
        while (Volatile.Read(ref _region.Arrived(other)) < barrier)
        {
            if (Stopwatch.GetElapsedTime(start) < Eager)
                Thread.Yield();
            else
                Thread.Sleep(1);
            if (Stopwatch.GetElapsedTime(looked) < Look)
                continue;
            looked = Stopwatch.GetTimestamp();
            MustGoOn(other, barrier, start);
        }
    }

    private void MustGoOn(int other, long barrier, long since)
    {
        if (_region.Ended is { } reason)
            throw new BrokenRanksException(reason);
        _check?.Invoke();
        long id = Volatile.Read(ref _region.ProcessId(other));
        bool isGone =
            id == 0
                ? Stopwatch.GetElapsedTime(since) > Patience
                : Volatile.Read(ref _region.Left(other)) != 0 || !new PeerProcess(id, _region.Began(other)).IsAlive;
        if (!isGone || Volatile.Read(ref _region.Arrived(other)) >= barrier)
            return;
        throw new BrokenRanksException(
            id == 0
                ? $"Rank {other} of {_size} did not come within {Patience.TotalMinutes:0} minutes."
                : $"Rank {other} of {_size} (process {id}) has ended while the others wait for it."
        );
    }
}
