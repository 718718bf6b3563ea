using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>What each method takes of the ticket, and how much of it it copies.</summary>
internal static class TicketTable
{
    /// <summary>One row a sparsity, rewind epoch and method; null for results of earlier versions, which say nothing of it.</summary>
    public static Table? Of(RunView view, string model)
    {
        (double Sparsity, int Epoch, string Method, TicketNumbers Numbers)[] all =
        [
            .. from cell in view.Cells(model)
            where cell is { Sparsity: > 0, RewindEpoch: not null }
            group cell by (cell.Sparsity, Epoch: cell.RewindEpoch!.Value, cell.Method) into same
            let last = same.Max(cell => cell.MatchEpoch)
            let numbers = TicketNumbers.Of([.. same.Where(cell => cell.MatchEpoch == last)])
            select (same.Key.Sparsity, same.Key.Epoch, same.Key.Method, numbers),
        ];
        if (!all.Any(row => row.Numbers.IsKnown))
            return null;
        List<string> order = [.. view.Methods.Sort(all.Select(row => row.Method))];
        return new Table(
            $"tickets-{view.Slug(model)}",
            $"{model}: what each method takes of the pruned network, {view.OverSeeds}. Bits: log₂ C(n, kept) for the mask of each "
                + "prunable array, 1 a sign, 31 a magnitude, 32 a weight. Signs agree: kept weights whose sign in the moved ticket is the "
                + "start's own, before any is taken."
                + (
                    all.Any(row => double.IsFinite(row.Numbers.DisagreementWithLth))
                        ? " Other than LTH: test images that A's own ticket at the same point classifies differently."
                        : ""
                ),
            ["sparsity", "k", "method", "accuracy, %", "bits taken", "signs agree", "other than LTH"],
            3,
            [
                .. from row in all
                orderby row.Sparsity, row.Epoch, order.IndexOf(row.Method)
                select (IReadOnlyList<Cell>)
                    [
                        Numbers.Percent(row.Sparsity),
                        Numbers.Count(row.Epoch),
                        view.Methods.Label(row.Method),
                        Numbers.Fixed(row.Numbers.AccuracyPercent),
                        Numbers.Big(row.Numbers.Bits, "bit"),
                        Share(row.Numbers.SignAgreement),
                        Share(row.Numbers.DisagreementWithLth),
                    ],
            ]
        );
    }

    private static string Share(double share) => double.IsFinite(share) ? Numbers.Fixed(100 * share, 1) + " %" : Numbers.None;
}
