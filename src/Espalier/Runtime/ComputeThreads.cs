using TorchSharp;

namespace Espalier.Runtime;

/// <summary>
/// How many threads one computation uses. libtorch, OpenMP and oneMKL each keep this number for every operating-system thread apart, and it
/// decides in which order sums are added, so it decides bits. Here it is one setting of the process: everything of this library that
/// computes puts it in force on its thread first.
/// </summary>
public static class ComputeThreads
{
    /// <summary>The most threads that can be asked for.</summary>
    public const int Most = 1024;

    private static readonly AsyncLocal<int> s_held = new();
    private static int s_chosen;

    /// <summary>What was chosen for what runs here; null where nobody chose.</summary>
    public static int? Chosen =>
        s_held.Value is > 0 and var held ? held
        : Volatile.Read(ref s_chosen) is > 0 and var chosen ? chosen
        : null;

    /// <summary>The number in force for what runs here: what was chosen, else libtorch's own, one a core.</summary>
    public static int Current => Chosen ?? Native;

    /// <summary>
    /// Chooses for the whole process, except where <see cref="Hold"/> does. A training under way goes on with the number it began with.
    /// </summary>
    /// <param name="threads">1 to 1024; null for one a core.</param>
    /// <exception cref="InputException">Out of range.</exception>
    public static void Use(int? threads)
    {
        Volatile.Write(ref s_chosen, Possible(threads ?? Environment.ProcessorCount));
        Enter();
    }

    /// <summary>Chooses for what the caller does, and for the threads and tasks it starts, until disposed.</summary>
    /// <param name="threads">1 to 1024.</param>
    /// <exception cref="InputException">Out of range.</exception>
    public static IDisposable Hold(int threads) => new Holding(Possible(threads));

    /// <summary>Puts the number in force on this operating-system thread: to be called before anything is computed on it.</summary>
    internal static void Enter()
    {
        int here = Native; // the question alone makes libtorch set up a thread that it does not know yet
        if (Chosen is { } wanted && wanted != here)
            Native = wanted;
    }

#pragma warning disable RS0030 // the one place where libtorch's own number is read and set
    /// <summary>libtorch's number for this operating-system thread.</summary>
    private static int Native
    {
        get => torch.get_num_threads();
        set => torch.set_num_threads(value);
    }
#pragma warning restore RS0030

    private static int Possible(int threads) =>
        threads is >= 1 and <= Most
            ? threads
            : throw new InputException($"{Counted.Of(threads, "thread")} are impossible; expected 1 to {Most}.");

    private sealed class Holding : IDisposable
    {
        private readonly int _before = s_held.Value,
            _native = Native;

        public Holding(int threads)
        {
            s_held.Value = threads;
            Enter();
        }

        public void Dispose()
        {
            s_held.Value = _before;
            Native = Chosen ?? _native;
        }
    }
}
