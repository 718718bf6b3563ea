namespace Espalier.Lab.Engine.Running;

/// <summary>
/// How often a waiting worker looks at what other runs have done. On a file system of this machine often; on one that many machines share
/// the rarer, the more wait there and the longer nothing comes of it, each at moments of its own, and at a few stages at a time.
/// </summary>
/// <param name="waiting">Workers that may wait in the store; null on a file system of this machine alone.</param>
/// <param name="random">Numbers in [0, 1) of which moments are made; nothing that is computed depends on them.</param>
internal sealed class Looking(int? waiting, Func<double> random)
{
    private const double LooksASecondOfAll = 10,
        LongestSeconds = 30,
        Growth = 1.5;
    private static readonly TimeSpan Local = TimeSpan.FromMilliseconds(250);

    private int _inVain,
        _turn;

    /// <summary>How long to wait before the next look.</summary>
    public TimeSpan Next()
    {
        if (waiting is not { } all)
            return Local;
        double least = Math.Max(1, all / LooksASecondOfAll),
            most = Math.Max(LongestSeconds, least);
        double seconds = Math.Min(most, least * Math.Pow(Growth, Math.Min(_inVain++, 20)));
        return TimeSpan.FromSeconds(seconds * (0.5 + random()));
    }

    /// <summary>Something has happened: what comes next may come soon.</summary>
    public void Begin() => _inVain = 0;

    /// <summary>Those to look at this time: all of them, or so many where many wait, the next ones next time.</summary>
    public IEnumerable<int> Some(IEnumerable<int> stages, int most)
    {
        int[] all = [.. stages];
        if (waiting is null || all.Length <= most)
            return all;
        int from = _turn % all.Length;
        _turn += most;
        return [.. Enumerable.Range(0, most).Select(i => all[(from + i) % all.Length])];
    }
}
