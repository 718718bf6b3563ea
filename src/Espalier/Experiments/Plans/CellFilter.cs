using System.Globalization;

namespace Espalier.Experiments.Plans;

/// <summary>Keeps some cells of a plan: <c>sparsity=0.97,method=permuted</c>; several values of one key are separated by bars: <c>method=naive|permuted</c>.</summary>
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
    };

    /// <summary>The plan of the cells that a filter keeps.</summary>
    /// <exception cref="InputException">A key is unknown, or nothing is kept.</exception>
    public static Plan Keep(Plan plan, string filter)
    {
        var wanted = new List<(Func<PlannedCell, string> Of, string[] Values)>();
        foreach (string part in filter.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2);
            if (!Keys.TryGetValue(pair[0].Trim(), out Func<PlannedCell, string>? of)) throw Nearest.Unknown("filter", pair[0], Keys.Keys);
            if (pair.Length < 2) throw new InputException($"The filter '{part}' has no value; expected such as sparsity=0.97.");
            wanted.Add((of, [.. pair[1].Split('|', StringSplitOptions.TrimEntries).Select(Normal)]));
        }
        PlannedCell[] kept = [.. plan.Cells.Where(cell => wanted.TrueForAll(w => w.Values.Contains(w.Of(cell))))];
        return kept.Length > 0 ? new Plan(kept, []) : throw new InputException($"The filter '{filter}' keeps none of the {plan.Cells.Count} cells; there are {Known(plan)}.");
    }

    private static string Known(Plan plan) => string.Join("; ", Keys.Select(key => $"{key.Key} {string.Join(", ", plan.Cells.Select(key.Value).Where(text => text.Length > 0).Distinct())}").Where(text => !text.EndsWith(' ')));

    private static string Normal(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? Text(number) : value;

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
