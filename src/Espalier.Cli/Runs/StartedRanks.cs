using System.ComponentModel;
using System.Diagnostics;
using Espalier.Collectives;

namespace Espalier.Cli.Runs;

/// <summary>The other ranks of this machine: this program, started again with the same command line by rank 0.</summary>
internal sealed class StartedRanks : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = SharedMemoryCollective.NewFolder();
    private readonly List<StartedRank> _others = [];
    private readonly int _size;
    private bool _haveMet;

    /// <param name="size">Of all of them, at least 2.</param>
    /// <param name="words">The command line.</param>
    /// <exception cref="InputException">One could not be started.</exception>
    public StartedRanks(int size, IReadOnlyList<string> words)
    {
        _size = size;
        try
        {
            for (int rank = 1; rank < size; rank++)
                _others.Add(new StartedRank(new RankPlace(rank, size, _folder), words));
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or IOException)
        {
            Dispose();
            throw new InputException($"A rank could not be started: {fault.Message.Split('\n')[0].TrimEnd('.')}.", fault);
        }
    }

    /// <summary>Joins them, as rank 0.</summary>
    /// <exception cref="InputException">One has ended meanwhile: the message is its own where it said something.</exception>
    public ICollective Join()
    {
        ICollective ranks = SharedMemoryCollective.Join(_folder, 0, _size, () => _others.ForEach(one => one.MustBeThere()));
        _haveMet = true;
        return ranks;
    }

    /// <summary>Waits until they have ended, as they do when rank 0 is done or gone; those that do not are ended.</summary>
    public void Dispose()
    {
        long start = Stopwatch.GetTimestamp();
        foreach (StartedRank other in _others)
            using (other)
                other.End(_haveMet ? Patience - Stopwatch.GetElapsedTime(start) : TimeSpan.Zero);
        _others.Clear();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
