using System.Globalization;

namespace Espalier.Training;

/// <summary>How far a training is in an epoch that is not over: beside the trainer's buffers all that it goes on from.</summary>
/// <param name="Steps">Completed steps of the epoch, at least 1; all of them where only its test is missing.</param>
/// <param name="Loss">Sum of the cross-entropy over the images of these steps.</param>
/// <param name="Correct">Images among them whose largest logit was the label's.</param>
/// <param name="Images">How many images they were.</param>
/// <param name="Seconds">Time that they took.</param>
internal sealed record EpochPart(int Steps, double Loss, double Correct, int Images, double Seconds)
{
    private const string Prefix = "part_";

    /// <summary>For a file's metadata: numbers that are read again as the same bits.</summary>
    public Dictionary<string, string> ToMetadata() =>
        new(StringComparer.Ordinal)
        {
            [Prefix + "steps"] = Steps.ToString(CultureInfo.InvariantCulture),
            [Prefix + "loss"] = Loss.ToString("R", CultureInfo.InvariantCulture),
            [Prefix + "correct"] = Correct.ToString("R", CultureInfo.InvariantCulture),
            [Prefix + "images"] = Images.ToString(CultureInfo.InvariantCulture),
            [Prefix + "seconds"] = Seconds.ToString("R", CultureInfo.InvariantCulture),
        };

    /// <summary>Of a file's metadata; null where it was written at the end of an epoch.</summary>
    /// <exception cref="FormatException">A number is none.</exception>
    /// <exception cref="KeyNotFoundException">One is missing.</exception>
    public static EpochPart? Of(IReadOnlyDictionary<string, string> metadata)
    {
        return metadata.ContainsKey(Prefix + "steps")
            ? new(Whole("steps"), Real("loss"), Real("correct"), Whole("images"), Real("seconds"))
            : null;

        int Whole(string name) => int.Parse(metadata[Prefix + name], CultureInfo.InvariantCulture);
        double Real(string name) => double.Parse(metadata[Prefix + name], CultureInfo.InvariantCulture);
    }
}
