using System.Globalization;
using Espalier.Lab.Design.Planning;

namespace Espalier.Lab.Design;

/// <summary>
/// Keeps some cells and studies of a plan: <c>sparsity=0.97,method=permuted</c>; several values of one key are separated by bars:
/// <c>method=naive|permuted</c>. What has no value for a key is not kept: <c>study=plane</c> keeps no cell, <c>method=lth</c> no barrier.
/// </summary>
public static class CellFilter
{
    private static readonly Dictionary<string, Func<PlannedCell, string>> Keys = new(StringComparer.Ordinal)
    {
        ["model"] = cell => cell.Model,
        ["method"] = cell => cell.Method,
        ["sparsity"] = cell => Text(cell.Sparsity),
        ["rewind"] = cell => cell.RewindEpoch is { } k ? Text(k) : "",
        ["match"] = cell => cell.MatchEpoch is { } t ? Text(t) : "",
        ["seed"] = cell => Text(cell.Seed),
        ["study"] = _ => "",
    };

    /// <summary>The plan of the cells and studies that a filter keeps.</summary>
    /// <exception cref="InputException">A key is unknown, or nothing is kept.</exception>
    public static Plan Keep(Plan plan, string filter)
    {
        var wanted = new List<(string Key, string[] Values)>();
        foreach (string part in filter.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2);
            string key = pair[0].Trim();
            if (!Keys.ContainsKey(key))
                throw Nearest.Unknown("filter", pair[0], Keys.Keys);
            if (pair.Length < 2)
                throw new InputException($"The filter '{part}' has no value; expected such as sparsity=0.97.");
            wanted.Add((key, [.. pair[1].Split('|', StringSplitOptions.TrimEntries).Select(Normal)]));
        }
        PlannedCell[] cells = [.. plan.Cells.Where(cell => wanted.TrueForAll(w => w.Values.Contains(Keys[w.Key](cell))))];
        PlannedStudy[] studies = [.. plan.Studies.Where(study => wanted.TrueForAll(w => w.Values.Contains(Of(study, w.Key))))];
        return cells.Length + studies.Length > 0
            ? new Plan(cells, studies, [])
            : throw new InputException(
                $"The filter '{filter}' keeps none of the {Counted.Of(plan.Cells.Count, "cell")}"
                    + (plan.Studies.Count > 0 ? $" and {Counted.Of(plan.Studies.Count, "study", "studies")}" : "")
                    + $"; there are {Known(plan)}."
            );
    }

    private static string Of(PlannedStudy study, string key) =>
        (key, study) switch
        {
            ("model", _) => study.Model,
            ("seed", _) => Text(study.Seed),
            ("study", PlannedBarrier barrier) => EnumNames.Of(barrier.Study),
            ("study", PlannedPlane) => EnumNames.Of(Study.Plane),
            ("study", PlannedEnsemble) => EnumNames.Of(Study.Diversity),
            (_, PlannedComparison pair) => Keys[key](pair.Cell),
            ("method", PlannedEnsemble ensemble) => ensemble.Method,
            ("sparsity", PlannedBarrier { Round: > 0 } barrier) => Text(barrier.Sparsity),
            ("sparsity", PlannedPlane plane) => Text(plane.Sparsity),
            ("sparsity", PlannedEnsemble ensemble) => Text(ensemble.Sparsity),
            ("rewind", PlannedPlane plane) => Text(plane.RewindEpoch),
            ("rewind", PlannedEnsemble { RewindEpoch: { } k }) => Text(k),
            _ => "",
        };

    private static string Known(Plan plan) =>
        string.Join(
            "; ",
            Keys.Select(key => (key.Key, Values: string.Join(", ", Values(plan, key.Key, key.Value))))
                .Where(known => known.Values.Length > 0)
                .Select(known => $"{known.Key} {known.Values}")
        );

    private static IEnumerable<string> Values(Plan plan, string key, Func<PlannedCell, string> of) =>
        plan.Cells.Select(of).Concat(plan.Studies.Select(study => Of(study, key))).Where(text => text.Length > 0).Distinct();

    private static string Normal(string value) => PlainNumber.TryParse(value, out double number) ? Text(number) : value;

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
