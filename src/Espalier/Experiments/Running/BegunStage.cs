using System.Globalization;
using Espalier.Files;
using Espalier.Runtime;

namespace Espalier.Experiments.Running;

/// <summary>A stage's work folder says on how many threads the stage was begun: it goes on with so many, whoever continues it, and ends in the same bits.</summary>
/// <param name="folder">The work folder.</param>
internal sealed class BegunStage(string folder)
{
    private readonly string _file = Path.Combine(folder, "threads.txt");

    /// <summary>Holds the number of threads that the stage was begun with; with the one in force here, if it begins here.</summary>
    public IDisposable HoldThreads()
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(_file) && int.TryParse(File.ReadAllText(_file), NumberStyles.None, CultureInfo.InvariantCulture, out int begun)
                && begun is >= 1 and <= ComputeThreads.Most) return ComputeThreads.Hold(begun);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(folder, fault);
        }
        int here = ComputeThreads.Current;
        AtomicFile.WriteText(_file, here.ToString(CultureInfo.InvariantCulture));
        return ComputeThreads.Hold(here);
    }

    /// <summary>Removes the note: the stage is done, and its manifest has the number.</summary>
    public void End() => File.Delete(_file);
}
