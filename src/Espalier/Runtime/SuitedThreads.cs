namespace Espalier.Runtime;

/// <summary>A number of threads chosen for somebody who gave none.</summary>
/// <param name="Count">Threads.</param>
/// <param name="Useful">As many as the network's size can keep busy.</param>
/// <param name="Free">Cores that were free; null where one thread is enough and nobody looked.</param>
public sealed record SuitedThreads(int Count, long Useful, int? Free)
{
    /// <summary>
    /// What one thread should at least have to do between two meetings with the others: some ten milliseconds. A multilayer perceptron of
    /// 256 units a layer has a tenth of it in a step, and is many times slower on all cores of a large machine than on one; a step of
    /// ResNet20 has enough for sixteen threads.
    /// </summary>
    private const double OperationsPerThread = 2e9;

    /// <summary>Chooses.</summary>
    /// <param name="operations">Floating-point operations between two results, such as those of a training step.</param>
    /// <param name="ranks">Processes that share them, and the cores of this machine.</param>
    public static SuitedThreads For(double operations, int ranks = 1) =>
        For(operations / ranks, Math.Max(1, Environment.ProcessorCount / ranks), () => FreeCores.Count() / ranks);

    internal static SuitedThreads For(double operations, int cores, Func<int> look)
    {
        long useful = (long)Math.Clamp(operations / OperationsPerThread, 1, ComputeThreads.Most);
        if (useful == 1 || cores == 1)
            return new SuitedThreads(1, useful, null);
        int free = look();
        return new SuitedThreads((int)Math.Min(useful, Math.Max(1, free)), useful, free);
    }

    /// <summary>Why so many, for people, without its full stop.</summary>
    public override string ToString() =>
        $"computing on {(Count == 1 ? "1 thread" : $"{Count} threads")}, {Reason}; --threads {Count} computes the same bits again";

    private string Reason =>
        Free is not { } free ? "which is enough for this network"
        : Count == free ? "as many as there are cores free"
        : Count < free ? "as many as this network keeps busy"
        : "for no core is free";
}
