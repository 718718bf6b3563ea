using TorchSharp;

namespace Espalier.Runtime;

/// <summary>How many threads one computation uses.</summary>
public static class ComputeThreads
{
    /// <summary>Sets the number of threads.</summary>
    /// <param name="threads">1 to 1024; null for one a core.</param>
    /// <exception cref="InputException">Out of range.</exception>
    public static void Use(int? threads)
    {
        if (threads is < 1 or > 1024) throw new InputException($"{threads} threads are impossible; expected 1 to 1024.");
        torch.set_num_threads(threads ?? Environment.ProcessorCount);
    }
}
