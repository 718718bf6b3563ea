using System.Globalization;
using System.Text;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Paper;

namespace Espalier.Reports.Tables;

/// <summary>One line for each network, sparsity, rewind and matching epoch and method, for other programs to read (RFC 4180).</summary>
internal static class CsvReport
{
    private static readonly string[] Columns =
    [
        "model",
        "data_set",
        "sparsity",
        "achieved_sparsity",
        "sparsity_of_all_weights",
        "multiply_accumulates",
        "rewind_epoch",
        "match_epoch",
        "method",
        "n",
        "test_accuracy_percent_mean",
        "test_accuracy_percent_std",
        "permuted_minus_this_mean",
        "permuted_minus_this_std",
        "permuted_minus_this_low",
        "permuted_minus_this_high",
        "permuted_minus_this_n",
        "paper_table",
        "paper_rewind_epoch",
        "paper_mean",
        "paper_std",
        "ours_minus_paper",
        "ticket_bits",
        "sign_agreement",
        "disagreement_with_lth",
    ];

    /// <summary>Last, where they were measured: of other runs a file is as it was.</summary>
    private static readonly string[] TopFive = ["test_top5_accuracy_percent_mean", "test_top5_accuracy_percent_std"];

    public static string Of(RunView view)
    {
        var text = new StringBuilder();
        Csv.Line(text, HasTopFive(view) ? [.. Columns, .. TopFive] : Columns);
        foreach (string model in view.Models)
        {
            var dense = new HashSet<int>(); // the dense bound of a rewind epoch is the same at every sparsity: one line
            foreach (Comparison row in view.Rows(model))
            foreach (
                string method in view.Rewound(model)
                    .Where(method => row.Of(method).Count > 0 && (method != MethodNames.Dense || dense.Add(row.RewindEpoch)))
            )
                Line(text, view, row, method);
            foreach (
                var cells in view.Cells(model)
                    .Where(cell => cell.RewindEpoch is null)
                    .GroupBy(cell => (cell.Sparsity, cell.Method))
                    .OrderBy(g => g.Key.Sparsity)
                    .ThenBy(g => g.Key.Method, StringComparer.Ordinal)
            )
                Line(text, view, [.. cells], MeanStd.OfAccuracies(cells), null, null);
        }
        return text.ToString();
    }

    private static void Line(StringBuilder text, RunView view, Comparison row, string method)
    {
        ResultCell[] cells =
        [
            .. view.Cells(row.Model)
                .Where(cell =>
                    cell.Method == method
                    && (cell.Sparsity == row.Sparsity || cell.Sparsity == 0)
                    && cell.RewindEpoch == row.RewindEpoch
                    && (cell.MatchEpoch ?? row.MatchEpoch) == row.MatchEpoch
                ),
        ];
        Line(
            text,
            view,
            cells,
            row.Mean(method),
            row,
            method == MethodNames.Permuted ? null : row.Difference(MethodNames.Permuted, method)
        );
    }

    private static void Line(
        StringBuilder text,
        RunView view,
        ResultCell[] cells,
        MeanStd value,
        Comparison? row,
        PairedDifference? difference
    )
    {
        ResultCell first = cells[0];
        MaskNumbers masks = MaskNumbers.Of(cells);
        TicketNumbers ticket = TicketNumbers.Of(cells);
        var five = MeanStd.Of(cells.OrderBy(cell => cell.Seed).Select(cell => cell.TestTop5AccuracyPercent).OfType<double>());
        PaperCell? paper = view.Paper.Find(first.Model, first.Method, first.Sparsity, row?.RewindEpoch, row?.MatchEpoch);
        PairedDifference? d = difference is { Count: > 0 } ? difference : null;
        string[] fields =
        [
            first.Model,
            view.Run.DataSet,
            Numbers.Raw(first.Sparsity),
            Numbers.Raw(masks.Sparsity),
            Numbers.Raw(masks.SparsityOfAllWeights),
            Numbers.Raw(masks.MultiplyAccumulates),
            Whole(row?.RewindEpoch),
            Whole(row?.MatchEpoch),
            first.Method,
            Whole(value.Count),
            Numbers.Raw(value.Mean),
            Numbers.Raw(value.Std),
            Numbers.Raw(d?.Mean),
            Numbers.Raw(d?.Std),
            Numbers.Raw(d?.Low),
            Numbers.Raw(d?.High),
            Whole(d?.Count),
            Whole(paper?.Table),
            Whole(paper?.RewindEpoch),
            Numbers.Raw(paper?.Mean),
            Numbers.Raw(paper?.Std),
            Numbers.Raw(value.Mean - paper?.Mean),
            Numbers.Raw(ticket.Bits),
            Numbers.Raw(ticket.SignAgreement),
            Numbers.Raw(ticket.DisagreementWithLth),
            .. HasTopFive(view) ? new[] { Numbers.Raw(five.Mean), Numbers.Raw(five.Std) } : [],
        ];
        Csv.Line(text, fields);
    }

    private static bool HasTopFive(RunView view) => view.Results.Cells.Any(cell => cell.TestTop5AccuracyPercent is not null);

    private static string Whole(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
