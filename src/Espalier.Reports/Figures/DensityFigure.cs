using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>What the masks keep of each layer.</summary>
internal static class DensityFigure
{
    private const double RowHeight = 17,
        LeastHeight = 90;

    /// <summary>
    /// One panel for each group of methods whose masks keep the same number of weights in every layer; null without masks.
    /// </summary>
    public static Figure? Of(RunView view, string model)
    {
        LayerDensity[] all = [.. view.Results.Densities.Where(density => density.Model == model && density.Weights > 0)];
        if (all.Length == 0)
            return null;
        string[] layers = [.. all.Select(density => density.Layer).Distinct()];
        double[] sparsities = [.. all.Select(density => density.Sparsity).Distinct().Order()];
        Style[] styles = [.. sparsities.Select((sparsity, i) => Style.Of(i, Numbers.Percent(sparsity)))];
        Panel[] panels =
        [
            .. SameDensities
                .Groups(all, view.Methods.Sort(all.Select(density => density.Method)))
                .Select(methods => Panel(view.Methods, methods, [.. all.Where(d => d.Method == methods[0])], layers, sparsities, styles)),
        ];
        int columns = Math.Min(panels.Length, 3);
        return new PanelGrid(columns, Math.Max(LeastHeight, RowHeight * layers.Length), columns == 1 ? 720 : PanelGrid.FullWidth).Draw(
            $"layer-densities-{view.Slug(model)}",
            $"Weights kept in each layer: {model} on {view.Run.DataSet}",
            "Share of each layer's weights that the mask keeps, mean over seeds, one line for each sparsity. Layers run from "
                + "the input at the top to the output. Methods whose masks "
                + "keep the same number of weights in every layer share a panel; a permutation always does.",
            panels,
            styles
        );
    }

    private static Panel Panel(
        RunMethods names,
        IReadOnlyList<string> methods,
        LayerDensity[] densities,
        string[] layers,
        double[] sparsities,
        Style[] styles
    )
    {
        Series[] series =
        [
            .. sparsities.Select(
                (sparsity, i) =>
                    new Series(
                        styles[i],
                        [
                            .. from density in densities
                            where density.Sparsity == sparsity
                            group density by density.Layer into g
                            let row = Array.IndexOf(layers, g.Key)
                            let kept = MaskNumbers.Kept(g)
                            orderby row
                            select new Datum(
                                100 * kept,
                                -row,
                                Tip: $"{g.Key}, sparsity {Numbers.Percent(sparsity)}: {Numbers.Percent(kept)} kept"
                            ),
                        ]
                    )
            ),
        ];
        return new Panel(
            Title(names, methods),
            Axis.Covering("kept, %", [.. series.SelectMany(s => s.Data).Select(d => d.X), 0], 5, floor: 0),
            Axis.Names([.. layers.Select(Short)]),
            series
        );
    }

    private static string Title(RunMethods known, IReadOnlyList<string> methods)
    {
        string[] names =
        [
            .. methods.Select(method =>
                method switch
                {
                    MethodNames.Lth => "m",
                    MethodNames.Permuted => "π(m)",
                    _ => known.Label(method),
                }
            ),
        ];
        return names.Length <= 2 ? string.Join(", ", names) : $"{names[0]}, {names[1]} and {names.Length - 2} more";
    }

    private static string Short(string layer) => layer.EndsWith(".weight", StringComparison.Ordinal) ? layer[..^".weight".Length] : layer;
}
