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
    private const double BarHeight = 6,
        Space = 11,
        LeastHeight = 90,
        Filled = 0.74;

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
        Style[] styles = [.. sparsities.Select((sparsity, i) => Style.Of(i, Numbers.Percent(sparsity)).AsSquare())];
        Panel[] panels =
        [
            .. SameDensities
                .Groups(all, view.Methods.Sort(all.Select(density => density.Method)))
                .Select(methods => Panel(view.Methods, methods, [.. all.Where(d => d.Method == methods[0])], layers, sparsities, styles)),
        ];
        int columns = Math.Min(panels.Length, 3);
        return new PanelGrid(
            columns,
            Math.Max(LeastHeight, (BarHeight * sparsities.Length + Space) * layers.Length),
            columns == 1 ? PanelGrid.HalfWidth : PanelGrid.FullWidth
        ).Draw(
            $"layer-densities-{view.Slug(model)}",
            $"Weights kept in each layer: {model} on {view.Run.DataSet}",
            $"Share of each layer's weights that the mask keeps, {view.OverSeeds}, one bar for each sparsity. Layers run from "
                + "the input at the top to the output. Methods whose masks "
                + "keep the same number of weights in every layer share a panel; a permutation always does.",
            panels,
            styles,
            legendLines: false
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
        Bar[] bars =
        [
            .. sparsities.SelectMany(
                (sparsity, i) =>
                    from density in densities
                    where density.Sparsity == sparsity
                    group density by density.Layer into g
                    let row = Array.IndexOf(layers, g.Key)
                    let kept = MaskNumbers.Kept(g)
                    let top = -row + Filled * (0.5 - (double)i / sparsities.Length)
                    orderby row
                    select new Bar(
                        100 * kept,
                        top,
                        top - Filled / sparsities.Length,
                        styles[i],
                        $"{g.Key}, sparsity {Numbers.Percent(sparsity)}: {Numbers.Percent(kept)} kept"
                    )
            ),
        ];
        return new Panel(
            Title(names, methods),
            Axis.Covering("kept, %", [.. bars.Select(bar => bar.X), 0], 5, floor: 0),
            Axis.Names([.. layers.Select(LayerName.Short)]),
            bars
        );
    }

    private static string Title(RunMethods known, IReadOnlyList<string> methods)
    {
        string[] names = [.. methods.Select(known.MaskName)];
        return names.Length <= 2 ? string.Join(", ", names) : $"{names[0]}, {names[1]} and {names.Length - 2} more";
    }
}
