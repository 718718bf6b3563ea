using System.Text.Json;
using Espalier.Files;
using Espalier.Training;

namespace Espalier.Connectivity;

/// <summary>
/// The points of a linear path that are evaluated already, a line each in a file: a path that was stopped continues with the points it
/// lacks, and ends in the same numbers.
/// </summary>
/// <param name="path">The file; made, with its folder, by the first point.</param>
public sealed class PointLog(string path)
{
    private sealed record Line(double Alpha, Evaluation[] Sets);

    /// <summary>What is there. A last line that was cut off while it was written is left out.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public IReadOnlyDictionary<double, Evaluation[]> Read()
    {
        var known = new Dictionary<double, Evaluation[]>();
        try
        {
            foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
                if (TryParse(line) is { } point)
                    known[point.Alpha] = point.Sets;
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Reading(path, fault);
        }
        return known;
    }

    /// <summary>Adds a point.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Add(double alpha, Evaluation[] sets)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // A line of its own at both ends: what a cut-off line left does not run into this one.
            File.AppendAllText(path, "\n" + JsonSerializer.Serialize(new Line(alpha, sets)) + "\n");
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(path, fault);
        }
    }

    /// <summary>Removes the file: the path is finished.</summary>
    public void Delete() => File.Delete(path);

    private static Line? TryParse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonSerializer.Deserialize<Line>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
