namespace Espalier.Lab.Findings;

/// <summary>Finds methods whose masks keep as many weights in every layer.</summary>
public static class SameDensities
{
    /// <summary>Methods in groups; two are together if they agree wherever both have a mask.</summary>
    /// <param name="densities">What the masks keep.</param>
    /// <param name="order">Methods in the order to show; those without a mask are left out.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Groups(IReadOnlyList<LayerDensity> densities, IEnumerable<string> order)
    {
        Dictionary<string, Dictionary<(double, long, string), long>> kept = densities
            .GroupBy(d => d.Method)
            .ToDictionary(
                g => g.Key,
                g => g.GroupBy(d => (d.Sparsity, d.Seed, d.Layer)).ToDictionary(same => same.Key, same => same.First().Kept)
            );
        var groups = new List<List<string>>();
        foreach (string method in order.Where(kept.ContainsKey))
        {
            List<string>? group = groups.Find(g => Agree(kept[g[0]], kept[method]));
            if (group != null)
                group.Add(method);
            else
                groups.Add([method]);
        }
        return groups;
    }

    private static bool Agree(Dictionary<(double, long, string), long> one, Dictionary<(double, long, string), long> other)
    {
        long[] differences = [.. one.Where(pair => other.ContainsKey(pair.Key)).Select(pair => pair.Value - other[pair.Key])];
        return differences.Length > 0 && differences.All(difference => difference == 0);
    }
}
