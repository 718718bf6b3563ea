using System.Text.Json;
using Espalier.Files;

namespace Espalier.Connectivity;

/// <summary>The linear paths between two networks, measured on two sets of images.</summary>
/// <param name="Train">On training images as they are.</param>
/// <param name="Test">On test images.</param>
public sealed record MeasuredCurves(InterpolationCurve Train, InterpolationCurve Test);

/// <summary>Curves on disk, as JSON.</summary>
public static class CurveFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
    };

    /// <summary>Writes both curves.</summary>
    public static void Write(string path, MeasuredCurves curves) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(curves, Options) + "\n");

    /// <summary>Reads both curves.</summary>
    /// <exception cref="InputException">The file is missing or holds no curves.</exception>
    public static MeasuredCurves Read(string path)
    {
        try
        {
            return
                JsonSerializer.Deserialize<MeasuredCurves>(File.ReadAllText(path), Options)
                    is { Train.Points.Count: > 1, Test.Points.Count: > 1 } curves
                ? curves
                : throw new InputException($"'{path}' holds no curves; expected the points of a linear path between two networks.");
        }
        catch (Exception fault) when (fault is JsonException || FileFaults.IsFault(fault))
        {
            throw JsonFaults.Reading(path, "the curves between two networks", fault);
        }
    }
}
