using System.Globalization;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Design.Recipes;

namespace Espalier.Lab.Findings;

/// <summary>In what a run differs from what the paper's text describes.</summary>
internal static class Deviations
{
    /// <summary>
    /// Numbers of epochs are deviations of their own; how often to test changes no result; of baselines and other optimizers, of what a
    /// start takes of a ticket, and of the points and images of its curves, the paper says nothing.
    /// </summary>
    internal static IReadOnlyList<string> NoDeviation { get; } =
    [
        "epochs",
        "round_epochs",
        "evaluate_every",
        "curve_points",
        "curve_refinements",
        "plane_points",
        "plane_margin",
        "statistics_images",
        "study_images",
        "update_every",
        "update_fraction",
        "update_until",
        "acdc_warm_up",
        "acdc_phase",
        "acdc_final",
        "ticket_classifier",
        "ticket_others",
        "compare",
        "snip_batches",
        "syn_flow_rounds",
        "grasp_batches",
        "grasp_temperature",
        "gamma_sal",
        "ham_alpha",
        "ham_beta",
        "sign_in_beta",
        "sign_in_every",
    ];

    public static IReadOnlyList<Deviation> Of(Grid grid)
    {
        Recipe paper = NamedRecipes.TextOf(grid.Recipe),
            ours = grid.Options;
        return
        [
            .. OfImagesAndNetworks(grid),
            .. OfPixels(grid),
            .. Numbers(Deviation.Epochs, paper.Epochs, ours.Epochs),
            .. Numbers(Deviation.RoundEpochs, paper.Pruning.FineTuning.Epochs, ours.Pruning.FineTuning.Epochs),
            .. Numbers(Deviation.Scale, 1, grid.Scale),
            .. OfOptions(ours, paper),
            .. grid.Recipe is "released" or Data.ImageNet.At160
                ? [new Deviation(Deviation.Recipe, "paper", grid.Recipe)]
                : Array.Empty<Deviation>(),
        ];
    }

    private static IEnumerable<Deviation> OfImagesAndNetworks(Grid grid)
    {
        if (
            grid.Tables.Count + grid.Studies.Count == 0
            || Preset.All.FirstOrDefault(preset => preset.Name == grid.Name)?.Grid is not { } preset
        )
            yield break;
        if (preset.DataSet != grid.DataSet)
            yield return new Deviation(Deviation.DataSet, preset.DataSet, grid.DataSet);
        if (!preset.Models.SequenceEqual(grid.Models))
            yield return new Deviation(Deviation.Models, string.Join(", ", preset.Models), string.Join(", ", grid.Models));
    }

    /// <summary>Packed, all of ImageNet stands beside the paper's cells too; its pixels are others if it was made smaller.</summary>
    private static IEnumerable<Deviation> OfPixels(Grid grid)
    {
        if (Data.ImageNet.Is(grid.DataSet) && grid.Images?.Facts?.Packing is { } packing)
            yield return new Deviation(Deviation.Packing, null, packing);
        if (Data.ImageNet.Is(grid.DataSet) && grid.Images is { ScaledDecoding: true })
            yield return new Deviation(Deviation.Decoding, "exact", "scaled");
    }

    private static IEnumerable<Deviation> Numbers(string option, double paper, double ours)
    {
        if (ours != paper)
            yield return new Deviation(option, paper.ToString(CultureInfo.InvariantCulture), ours.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<Deviation> OfOptions(Recipe ours, Recipe paper)
    {
        Dictionary<string, string> theirs = new(GridFile.Describe(paper));
        return GridFile
            .Describe(ours)
            .Except(theirs)
            .Where(option => !NoDeviation.Contains(option.Key))
            .Select(option => new Deviation(option.Key, theirs.GetValueOrDefault(option.Key), option.Value));
    }
}
