using Espalier.Lab.Findings;
using Espalier.Matching;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Permutations and scores of single groups as matrices.</summary>
internal static class MatrixFigures
{
    private const int MostCells = 96;

    /// <summary>Of the latest matching epoch of the first seed that has them; none where none were kept.</summary>
    public static IReadOnlyList<Figure> Of(RunView view, string model)
    {
        MatchResult? match = view
            .Results.Matches.Where(match => match.Model == model && match.Samples.Count > 0)
            .OrderByDescending(match => match.MatchEpoch)
            .ThenBy(match => match.Seed)
            .FirstOrDefault();
        return match is null
            ? []
            : Of(
                "-" + view.Slug(model),
                $"{model} on {view.Run.DataSet}",
                Numbers.Invariant($"Seed {match.Seed}, B at epoch {match.MatchEpoch}. "),
                match.Samples
            );
    }

    /// <summary>Of one match.</summary>
    /// <param name="ending">Of the figures' names.</param>
    /// <param name="subject">What was matched, in a few words.</param>
    /// <param name="which">Which match it is, as a sentence; empty where there is one alone.</param>
    /// <param name="samples">Its groups.</param>
    public static IReadOnlyList<Figure> Of(string ending, string subject, string which, IReadOnlyList<ScoreSample> samples) =>
        samples.Count == 0 ? [] : [Scores(ending, subject, which, samples), Permutations(ending, subject, which, samples)];

    private static Figure Scores(string ending, string subject, string which, IReadOnlyList<ScoreSample> samples) =>
        new HeatMap(
            "score",
            [
                .. samples.SelectMany(sample =>
                    new[]
                    {
                        new HeatMap.Matrix(
                            $"{sample.Group}, as it is",
                            "units of A",
                            sample.Units,
                            "units of B",
                            sample.Units,
                            sample.Unmatched
                        ),
                        new HeatMap.Matrix(
                            $"{sample.Group}, matched",
                            "units of π(A)",
                            sample.Units,
                            "units of B",
                            sample.Units,
                            sample.Matched
                        ),
                    }
                ),
            ],
            limit => Numbers.Fixed(limit, limit >= 10 ? 0 : 2)
        ).Draw(
            $"scores{ending}",
            $"Scores of pairs of units: {subject}",
            $"{which}Score of every pair of a unit of B (downwards) and of A (to the right), as A is and moved by π: what was matched "
                + $"lies on the diagonal. Scores below 0 are the palest. The first, the largest and the last group; of {Few(samples)}.",
            2
        );

    /// <summary>At most as many rows and columns as can be told apart: of larger groups some neighbours share a cell.</summary>
    private static Figure Permutations(string ending, string subject, string which, IReadOnlyList<ScoreSample> samples) =>
        new HeatMap(
            "moved",
            [
                .. samples.Select(sample => new HeatMap.Matrix(
                    sample.Group,
                    "units of A",
                    sample.Units,
                    "their places in π(A)",
                    sample.Units,
                    Moves(sample.Source)
                )),
            ],
            limit => Numbers.Percent(limit)
        ).Draw(
            $"permutations{ending}",
            $"Where units move: {subject}",
            $"{which}A cell is dark where a unit of A (to the right) moves to a place in π(A) (downwards); nothing would move along the "
                + "diagonal. "
                + string.Concat(
                    samples
                        .Where(sample => CellOf(sample.Units) > 1)
                        .Select(sample => Numbers.Invariant($"In {sample.Group} a cell is of {CellOf(sample.Units)} units and places. "))
                )
                + "The first, the largest and the last group.",
            samples.Count
        );

    private static double[][] Moves(IReadOnlyList<int> source)
    {
        int size = CellOf(source.Count),
            cells = (source.Count + size - 1) / size;
        double[][] share = [.. Enumerable.Range(0, cells).Select(_ => new double[cells])];
        for (int place = 0; place < source.Count; place++)
            share[place / size][source[place] / size] += 1.0 / Math.Min(size, source.Count - place / size * size);
        return share;
    }

    private static int CellOf(int units) => (units + MostCells - 1) / MostCells;

    private static string Few(IReadOnlyList<ScoreSample> samples) =>
        string.Join(
            ", ",
            samples.Select(sample =>
                sample.Every == 1 ? $"{sample.Group} all units" : Numbers.Invariant($"{sample.Group} every {Ordinal(sample.Every)} unit")
            )
        );

    private static string Ordinal(int number) =>
        (number % 10, number % 100 / 10) switch
        {
            _ when number is 2 => "second",
            _ when number is 3 => "third",
            (1, not 1) => Numbers.Invariant($"{number}st"),
            (2, not 1) => Numbers.Invariant($"{number}nd"),
            (3, not 1) => Numbers.Invariant($"{number}rd"),
            _ => Numbers.Invariant($"{number}th"),
        };
}
