using System.Text.Json;
using Espalier.Files;

namespace Espalier.Connectivity;

/// <summary>A row of a plane with what its plane is, which is the same in all rows.</summary>
/// <param name="Points">Where the three networks lie.</param>
/// <param name="Distances">Between them: first and second, first and third, second and third.</param>
/// <param name="Grid">Of the whole plane.</param>
/// <param name="Row">Loss and 0-1 error.</param>
public sealed record MeasuredRow(IReadOnlyList<PlanePoint> Points, IReadOnlyList<double> Distances, PlaneGrid Grid, PlaneRow Row);

/// <summary>Rows of a plane on disk, as JSON, a file each.</summary>
public static class PlaneFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>Writes a row.</summary>
    public static void Write(string path, MeasuredRow row) => AtomicFile.WriteText(path, JsonSerializer.Serialize(row, Options) + "\n");

    /// <summary>Reads a row.</summary>
    /// <exception cref="InputException">The file is missing or holds no row.</exception>
    public static MeasuredRow Read(string path)
    {
        try
        {
            return
                JsonSerializer.Deserialize<MeasuredRow>(File.ReadAllText(path), Options)
                    is {
                        Points.Count: 3,
                        Distances.Count: 3,
                        Grid: { X: not null, Y: not null },
                        Row: { Loss: not null, ErrorPercent: not null }
                    } row
                && row.Row.Row >= 0
                && row.Row.Row < row.Grid.Y.Count
                && row.Row.Loss.Count == row.Grid.X.Count
                && row.Row.ErrorPercent.Count == row.Grid.X.Count
                ? row
                : throw new InputException(
                    $"'{path}' holds no row of a plane; expected its three points, its grid and one value a column."
                );
        }
        catch (Exception fault) when (fault is JsonException || FileFaults.IsFault(fault))
        {
            throw JsonFaults.Reading(path, "a row of a plane", fault);
        }
    }
}
