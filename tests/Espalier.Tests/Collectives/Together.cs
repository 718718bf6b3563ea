using Espalier.Collectives;
using Espalier.Runtime;

namespace Espalier.Tests.Collectives;

/// <summary>Does something as several ranks, each on a thread of its own.</summary>
internal static class Together
{
    public static T[] Run<T>(int size, Func<ICollective, T> work)
    {
        string folder = SharedMemoryCollective.NewFolder();
        var results = new T[size];
        var faults = new Exception?[size];
        try
        {
            Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() => Work(rank)))];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        // What one failed of makes others fail of its absence: the first fault is the one to see.
        Exception? first =
            faults.FirstOrDefault(fault => fault is not null and not InputException) ?? faults.FirstOrDefault(fault => fault is not null);
        return first is not null ? throw new InvalidOperationException($"a rank failed: {first}", first) : results;

        void Work(int rank)
        {
            try
            {
                using IDisposable threads = ComputeThreads.Hold(1);
                using ICollective ranks = SharedMemoryCollective.Join(folder, rank, size);
                results[rank] = work(ranks);
            }
            catch (Exception fault)
            {
                faults[rank] = fault;
            }
        }
    }
}
