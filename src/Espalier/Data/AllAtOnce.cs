using System.Runtime.ExceptionServices;

namespace Espalier.Data;

/// <summary>Images of which several are made at a time.</summary>
internal static class AllAtOnce
{
    /// <summary>Does something for each of [0, count).</summary>
    /// <exception cref="InputException">What is wrong with one of them, as it is.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void For(int count, int threads, Action<int> work, CancellationToken cancel = default)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, work);
        }
        catch (AggregateException fault) when (fault.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
