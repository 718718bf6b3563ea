using Espalier.Files;

namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>A file that one process replaces by renaming while the other reads it.</summary>
/// <param name="folder">Where.</param>
internal sealed class TrialReplacing(string folder)
{
    private const int Length = 16 << 10;

    private string Target => Path.Combine(folder, "replaced");

    /// <summary>Replaces it once: all its letters are another's then.</summary>
    public void Replace(int time) => AtomicFile.WriteText(Target, new string((char)('a' + time % 26), Length));

    /// <summary>Reads it so often.</summary>
    /// <returns>How often it was missing, and how often neither the one nor the other.</returns>
    public (int Missing, int Torn) Read(int times)
    {
        int missing = 0,
            torn = 0;
        for (int i = 0; i < times; i++)
            try
            {
                string text = File.ReadAllText(Target);
                if (text.Length != Length || text.AsSpan().IndexOfAnyExcept(text[0]) >= 0)
                    torn++;
            }
            catch (FileNotFoundException)
            {
                missing++;
            }
            catch (IOException)
            {
                torn++; // what was opened was taken away while it was read
            }
        return (missing, torn);
    }
}
