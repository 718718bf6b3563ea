using System.Globalization;
using Espalier.Runtime;

namespace Espalier.Files;

/// <summary>
/// A folder of work under way says on how many threads it was begun: it goes on with so many, and ends in the same bits.
/// </summary>
/// <param name="folder">The folder; made when the work begins.</param>
public sealed class BegunWork(string folder)
{
    private readonly string _file = Path.Combine(folder, "threads.txt");

    /// <summary>Threads that the work was begun on; null if it begins.</summary>
    /// <exception cref="InputException">The folder cannot be read.</exception>
    public int? Threads
    {
        get
        {
            try
            {
                return
                    File.Exists(_file)
                    && int.TryParse(File.ReadAllText(_file), NumberStyles.None, CultureInfo.InvariantCulture, out int begun)
                    && begun is >= 1 and <= ComputeThreads.Most
                    ? begun
                    : null;
            }
            catch (Exception fault) when (FileFaults.IsFault(fault))
            {
                throw FileFaults.Reading(_file, fault);
            }
        }
    }

    /// <summary>Holds the number of threads that the work was begun on; the one in force here, if it begins here.</summary>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public IDisposable HoldThreads()
    {
        if (Threads is { } begun)
            return ComputeThreads.Hold(begun);
        int here = ComputeThreads.Current;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(folder, fault);
        }
        AtomicFile.WriteText(_file, here.ToString(CultureInfo.InvariantCulture));
        return ComputeThreads.Hold(here);
    }

    /// <summary>Refuses to go on with another number of threads than the work was begun on.</summary>
    /// <exception cref="InputException">Another number is in force here.</exception>
    public void MustGoOnAsBegun()
    {
        if (Threads is { } begun)
            MustBe(folder, begun);
    }

    /// <summary>The same for work that keeps the number elsewhere.</summary>
    internal static void MustBe(string place, int begun)
    {
        if (begun == ComputeThreads.Current)
            return;
        throw new InputException(
            $"'{place}' was begun on {Said(begun)}, and {Said(ComputeThreads.Current)} would end in other bits; continue it "
                + $"with {begun}, or give another folder."
        );
    }

    /// <summary>Removes the note: the work is done, and its result has the number.</summary>
    public void End() => File.Delete(_file);

    private static string Said(int count) => Counted.Of(count, "thread");
}
