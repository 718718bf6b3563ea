using Espalier.Lab.Design;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>Finds methods whose masks keep as many weights in every layer.</summary>
internal static class SameDensities
{
    /// <summary>Methods in groups, in the order to show; two are together if they agree wherever both have a mask.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Groups(IReadOnlyList<LayerDensity> densities, RunMethods order)
    {
        Dictionary<string, Dictionary<(double, long, string), long>> kept = densities
            .GroupBy(d => d.Method)
            .ToDictionary(
                g => g.Key,
                g => g.GroupBy(d => (d.Sparsity, d.Seed, d.Layer)).ToDictionary(same => same.Key, same => same.First().Kept)
            );
        var groups = new List<List<string>>();
        foreach (string method in order.Sort(kept.Keys))
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
