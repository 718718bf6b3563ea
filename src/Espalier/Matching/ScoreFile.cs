using System.Globalization;
using Espalier.Files;

namespace Espalier.Matching;

/// <summary>
/// Some groups' scores as a safetensors file, for pictures: of each group <c>NAME/source</c> (I32 [units]), <c>NAME/unmatched</c> and
/// <c>NAME/matched</c> (F32 [rows, rows]), as <see cref="ScoreSample"/> says.
/// </summary>
public static class ScoreFile
{
    private const string Groups = "groups",
        Every = "every",
        SourceOf = "/source",
        UnmatchedOf = "/unmatched",
        MatchedOf = "/matched";

    /// <summary>Writes the groups that stand for all.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, Match match)
    {
        IReadOnlyList<ScoreSample> samples = ScoreSample.Chosen(match);
        Safetensors.Write(
            path,
            samples.SelectMany(sample =>
                new[]
                {
                    StoredTensor.FromInts(sample.Group + SourceOf, [sample.Units], [.. sample.Source]),
                    Matrix(sample.Group + UnmatchedOf, sample.Unmatched),
                    Matrix(sample.Group + MatchedOf, sample.Matched),
                }
            ),
            new Dictionary<string, string>
            {
                [Groups] = string.Join('\n', samples.Select(sample => sample.Group)),
                [Every] = string.Join('\n', samples.Select(sample => sample.Every.ToString(CultureInfo.InvariantCulture))),
            }
        );
    }

    /// <summary>Reads them in their order.</summary>
    /// <exception cref="InputException">The file is missing, damaged or another.</exception>
    public static IReadOnlyList<ScoreSample> Read(string path)
    {
        TensorFile file = Safetensors.Read(path);
        string[] groups = Lines(file, Groups),
            every = Lines(file, Every);
        try
        {
            return
            [
                .. groups.Zip(
                    every,
                    (group, step) =>
                        new ScoreSample(
                            group,
                            file[group + SourceOf].ToInts(),
                            int.Parse(step, CultureInfo.InvariantCulture),
                            Rows(file[group + UnmatchedOf]),
                            Rows(file[group + MatchedOf])
                        )
                ),
            ];
        }
        catch (Exception fault) when (fault is KeyNotFoundException or FormatException or OverflowException)
        {
            throw new InputException($"{path} holds no scores of a match; expected those that a matching wrote.", fault);
        }
    }

    private static string[] Lines(TensorFile file, string fact) =>
        file.Metadata.GetValueOrDefault(fact) is { Length: > 0 } text ? text.Split('\n') : [];

    private static StoredTensor Matrix(string name, IReadOnlyList<IReadOnlyList<double>> rows) =>
        StoredTensor.FromFloats(
            name,
            [rows.Count, rows.Count == 0 ? 0 : rows[0].Count],
            [.. rows.SelectMany(row => row).Select(score => (float)score)]
        );

    private static IReadOnlyList<IReadOnlyList<double>> Rows(StoredTensor matrix)
    {
        float[] values = matrix.ToFloats();
        return
        [
            .. values
                .Chunk(Math.Max(1, (int)matrix.Shape[^1]))
                .Select(row => (IReadOnlyList<double>)[.. row.Select(score => (double)score)]),
        ];
    }
}
