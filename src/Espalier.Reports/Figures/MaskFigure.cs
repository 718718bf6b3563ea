using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Weights;

namespace Espalier.Reports.Figures;

/// <summary>Which weights of single layers masks keep.</summary>
internal static class MaskFigure
{
    /// <summary>One figure a layer: A's mask beside what became of it in B; none where there is no mask to look at.</summary>
    public static IReadOnlyList<Figure> Of(RunView view, string model) =>
        [
            .. view
                .Results.Masks.Where(mask => mask.Model == model)
                .GroupBy(mask => mask.Picture.Layer)
                .Select(
                    (layer, i) =>
                        Draw(
                            Numbers.Invariant($"{i + 1}-{view.Slug(model)}"),
                            $"{LayerName.Short(layer.Key)} of {model}",
                            Numbers.Invariant($"Seed {layer.First().Seed}, sparsity {Numbers.Percent(layer.First().Sparsity)}. "),
                            [.. layer.Select(mask => (view.Methods.MaskName(mask.Method), mask.Picture))]
                        )
                ),
        ];

    /// <summary>Likewise of one mask alone.</summary>
    /// <param name="network">What the network is called.</param>
    /// <param name="name">What the mask is called.</param>
    /// <param name="mask">The mask.</param>
    public static IReadOnlyList<Figure> Of(string network, string name, Mask mask) =>
        [
            .. MaskPicture
                .Chosen(mask)
                .Select(layer => MaskPicture.Of(mask, layer))
                .Select(
                    (picture, i) =>
                        Draw(Numbers.Invariant($"{i + 1}"), $"{LayerName.Short(picture.Layer)} of {network}", "", [(name, picture)])
                ),
        ];

    private static Figure Draw(string id, string subject, string which, IReadOnlyList<(string Title, MaskPicture Picture)> all)
    {
        MaskPicture first = all[0].Picture;
        string cell = first is { OutputsACell: 1, InputsACell: 1, HasKernel: false }
            ? "A dark cell is a weight that is kept"
            : $"A cell is the share kept of the weights between {Few(first.OutputsACell, "output")} and {Few(first.InputsACell, "input")}";
        return new HeatMap(
            "kept",
            [
                .. all.Select(of => new HeatMap.Matrix(
                    of.Title,
                    "inputs",
                    of.Picture.Inputs,
                    "outputs",
                    of.Picture.Outputs,
                    of.Picture.Kept
                )),
            ],
            limit => Numbers.Percent(limit, 1)
        ).Draw(
            $"mask-{id}",
            $"Which weights are kept: {subject}",
            $"{which}{cell}{(first.HasKernel ? ", over all places of a kernel" : "")}. Of a mask the first, the largest and the last layer "
                + "that is pruned are shown.",
            all.Count
        );
    }

    private static string Few(int units, string one) => units == 1 ? $"an {one}" : Numbers.Invariant($"{units} neighbouring {one}s");
}
