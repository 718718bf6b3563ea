using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>What the masks are: sparsity both ways, multiply-accumulates, weights kept by layer.</summary>
internal static class MaskTables
{
    /// <summary>
    /// Achieved sparsities and multiply-accumulates; methods that have the same are one row; null where nothing is pruned.
    /// </summary>
    public static Table? Sparsities(RunView view, string model)
    {
        ResultCell[] cells = [.. view.Cells(model)];
        double dense = MaskNumbers.Of([.. cells.Where(cell => cell.Sparsity == 0)]).MultiplyAccumulates;
        var rows = new List<IReadOnlyList<Cell>>();
        // Results of earlier versions do not say what lies on a path.
        bool withPaths = cells.Any(cell => cell.EffectiveSparsity is not null),
            withFaults = cells.Any(cell => cell.CollapsedLayers + cell.UnreachedClasses > 0);
        foreach (var group in cells.GroupBy(cell => cell.Sparsity).OrderBy(g => g.Key))
        {
            var methods = view
                .Methods.Sort(group.Select(cell => cell.Method))
                .Select(method => (Method: method, Values: MaskNumbers.Of([.. group.Where(cell => cell.Method == method)])))
                .ToList();
            while (methods.Count > 0)
            {
                MaskNumbers first = methods[0].Values;
                string[] same = [.. methods.Where(m => m.Values.IsLike(first)).Select(m => view.Methods.Label(m.Method))];
                methods.RemoveAll(m => m.Values.IsLike(first));
                rows.Add([
                    group.Key == 0 ? "dense" : Numbers.Percent(group.Key),
                    string.Join(", ", same),
                    Numbers.Percent(first.Sparsity, 3),
                    Numbers.Percent(first.SparsityOfAllWeights, 3),
                    Numbers.Big(first.MultiplyAccumulates, "MAC"),
                    Numbers.Percent(first.MultiplyAccumulates / dense, 1),
                    .. withPaths ? [Numbers.Percent(first.EffectiveSparsity, 3)] : Array.Empty<Cell>(),
                    .. withFaults ? [Faults(group.Where(cell => same.Contains(view.Methods.Label(cell.Method))))] : Array.Empty<Cell>(),
                ]);
            }
        }
        return cells.All(cell => cell.Sparsity == 0)
            ? null
            : new Table(
                $"sparsities-{view.Slug(model)}",
                $"{model}: sparsity that was achieved, of the prunable weights and of all convolution and linear "
                    + $"weights, and multiply-accumulates of one image that skips pruned weights; means over the "
                    + $"cells.{(withPaths ? " Effective: weights on no path from the image to a class counted as pruned." : "")}",
                [
                    "sparsity",
                    "methods",
                    "of prunable",
                    "of all weights",
                    "MACs an image",
                    "of dense",
                    .. withPaths ? ["effective"] : Array.Empty<Cell>(),
                    .. withFaults ? ["networks cut"] : Array.Empty<Cell>(),
                ],
                2,
                rows
            );
    }

    /// <summary>Weights kept by layer, in %; null without masks.</summary>
    public static Table? Densities(RunView view, string model)
    {
        LayerDensity[] all = [.. view.Results.Densities.Where(density => density.Model == model && density.Weights > 0)];
        if (all.Length == 0)
            return null;
        IReadOnlyList<IReadOnlyList<string>> groups = SameDensities.Groups(all, view.Methods.Sort(all.Select(density => density.Method)));
        double[] sparsities = [.. all.Select(density => density.Sparsity).Distinct().Order()];
        return new Table(
            $"densities-{view.Slug(model)}",
            $"{model}: weights kept in each layer, in % of the layer, {view.OverSeeds}; methods that keep the same number everywhere are "
                + $"one row each.",
            ["layer", "masks of", "weights", .. sparsities.Select(sparsity => (Cell)Numbers.Percent(sparsity))],
            2,
            [
                .. from layer in all.Select(density => density.Layer).Distinct()
                from methods in groups
                let here = all.Where(density => density.Layer == layer && density.Method == methods[0]).ToArray()
                where here.Length > 0
                select (IReadOnlyList<Cell>)
                    [
                        layer,
                        string.Join(", ", methods.Select(view.Methods.Label)),
                        Numbers.Count(here[0].Weights),
                        .. sparsities.Select(sparsity =>
                            (Cell)Numbers.Fixed(100 * MaskNumbers.Kept(here.Where(d => d.Sparsity == sparsity)))
                        ),
                    ],
            ]
        );
    }

    /// <summary>How many networks have an empty layer, and in how many a class is reached by nothing.</summary>
    private static string Faults(IEnumerable<ResultCell> cells)
    {
        int collapsed = cells.Count(cell => cell.CollapsedLayers > 0),
            unreached = cells.Count(cell => cell.UnreachedClasses > 0);
        return collapsed + unreached == 0
            ? Numbers.None
            : Numbers.Invariant($"{collapsed} with an empty layer, {unreached} with classes out of reach");
    }
}
