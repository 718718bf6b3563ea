using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>What each way to use another network's ticket closes of the gap between naive and LTH.</summary>
internal static class GapTable
{
    /// <summary>
    /// Sparsity × method against rewind epoch, at the latest matching epoch; null where there is no way but the paper's.
    /// </summary>
    public static Table? Of(RunView view, string model)
    {
        string[] methods = [.. view.Rewound(model).Where(view.Methods.TransfersTicket)];
        Comparison[] rows = [.. view.Main(model)];
        if (
            methods.All(method => method == MethodNames.Permuted)
            || rows.All(row => row.Of(MethodNames.Lth).Count == 0 || row.Of(MethodNames.Naive).Count == 0)
        )
            return null;
        int[] epochs = [.. rows.Select(row => row.RewindEpoch).Distinct().Order()];
        Dictionary<(double, int), Comparison> at = rows.ToDictionary(row => (row.Sparsity, row.RewindEpoch));
        return new Table(
            $"gap-closed-{view.Slug(model)}",
            $"{model}: share of the gap between naive and LTH that each way to use another network's ticket closes, {GapCell.Formula}. "
                + "Shaded where the accuracy is above or below that of permuted, paired by seed, with an interval that leaves 0 out.",
            ["sparsity", "method", .. epochs.Select(k => (Cell)Numbers.Invariant($"k = {k}"))],
            2,
            [
                .. from sparsity in view.Sparsities(model)
                from method in methods
                where epochs.Any(k => at.GetValueOrDefault((sparsity, k))?.Of(method).Count > 0)
                select (IReadOnlyList<Cell>)
                    [
                        Numbers.Percent(sparsity),
                        view.Methods.Label(method),
                        .. epochs.Select(k => Cell(at.GetValueOrDefault((sparsity, k)), method)),
                    ],
            ]
        );
    }

    private static Cell Cell(Comparison? row, string method)
    {
        if (row is null || row.Of(method).Count == 0)
            return new(Numbers.None, Tone: Tone.Faint);
        PairedDifference difference = row.Difference(method, MethodNames.Permuted);
        Tone tone =
            method == MethodNames.Permuted ? Tone.Plain
            : difference.IsPositive ? Tone.Above
            : difference.IsNegative ? Tone.Below
            : Tone.Plain;
        return GapCell.Of(row.Gap(method), tone);
    }
}
