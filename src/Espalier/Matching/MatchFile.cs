using System.Globalization;
using System.Text.Json;
using Espalier.Data;
using Espalier.Files;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>
/// A match on disk: the permutation with its certificate, and beside it, under the same name as <c>.json</c>, its certificate and every
/// group's scores.
/// </summary>
public static class MatchFile
{
    // Each takes a pass in float64, which no fast convolution computes: as much time as some twenty images in float32.
    private const int ProbeImages = 16;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>Tries π on A with the first images of the set.</summary>
    /// <param name="match">What was found.</param>
    /// <param name="a">The network that is permuted.</param>
    /// <param name="mask">The mask to be moved, if there is one.</param>
    /// <param name="images">Plain images of any precision.</param>
    /// <exception cref="InputException">The network takes other images, or its weights are so large that it computes nothing
    /// finite.</exception>
    public static Certificate Certify(Match match, WeightSet a, Mask? mask, BatchSource images)
    {
        images.MustBeSeenBy(a.Network);
        using Batch probe = images.InOrder(Math.Min(ProbeImages, images.Count)).First();
        return Certificate.Of(match.Permutation, a, mask, probe.Images);
    }

    /// <summary>Writes the permutation, and its scores beside it as <c>.json</c>.</summary>
    /// <exception cref="InvalidOperationException">The certificate does not hold.</exception>
    public static void Write(string path, Match match, Certificate certificate)
    {
        certificate.MustHold();
        AtomicFile.WriteText(Path.ChangeExtension(path, ".json"), JsonSerializer.Serialize(Summary(match, certificate), Options));
        var facts = new Dictionary<string, string> { ["images"] = match.Images.ToString(CultureInfo.InvariantCulture) };
        if (match.MeanScore is { } score)
            facts["mean_score"] = score.ToString("g6", CultureInfo.InvariantCulture);
        if (match.Ascent is { } ascent)
            facts["objective"] = ascent.Reached.ToString("g9", CultureInfo.InvariantCulture);
        PermutationFile.Write(path, match.Permutation, certificate, facts);
    }

    /// <summary>What there is to say of a match, as its JSON holds it.</summary>
    public static object Summary(Match match, Certificate certificate) =>
        new
        {
            match.Images,
            match.MeanScore,
            Objective = match.Ascent,
            match.Signs,
            match.IdentitySigns,
            Certificate = certificate,
            match.Groups,
        };

    /// <summary>Reads every group's scores from a match's <c>.json</c>.</summary>
    /// <exception cref="InputException">The file is missing or holds no scores.</exception>
    public static IReadOnlyList<GroupMatch> ReadGroups(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("groups").Deserialize<GroupMatch[]>(Options) ?? [];
        }
        catch (Exception fault)
            when (fault is JsonException or IOException or UnauthorizedAccessException or KeyNotFoundException or InvalidOperationException)
        {
            throw JsonFaults.Reading(path, "the scores of a match", fault);
        }
    }
}
