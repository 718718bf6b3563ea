using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Paper;

namespace Espalier.Reports.Tables;

/// <summary>Accuracies in the form of the paper's tables, with the paper's cells.</summary>
internal static class AccuracyTables
{
    /// <summary>
    /// Sparsity × method against rewind epoch; with several matching epochs against those, once for each rewind epoch, as in table 15.
    /// Then what each way to use another network's ticket closes of the gap.
    /// </summary>
    public static IEnumerable<Table> Of(RunView view, string model) =>
        !view.IsTop5 && GapTable.Of(view, model) is { } gap ? Accuracies(view, model).Append(gap) : Accuracies(view, model);

    private static IEnumerable<Table> Accuracies(RunView view, string model)
    {
        bool early = view.Rows(model).Select(row => row.MatchEpoch).OfType<int>().Distinct().Count() > 1;
        string start = $"{model} on {view.Run.DataSet}",
            id = $"{view.Anchor}-{view.Slug(model)}";
        if (!early)
            return view.Main(model).Any()
                ?
                [
                    Table(
                        view,
                        model,
                        [.. view.Main(model)],
                        row => row.RewindEpoch,
                        "k",
                        $"{start}: {view.Accuracy} in % by sparsity, method and rewind epoch k",
                        id
                    ),
                ]
                : [];
        return view.Rows(model)
            .Where(row => row.MatchEpoch is not null)
            .GroupBy(row => row.RewindEpoch)
            .OrderBy(rows => rows.Key)
            .Select(rows =>
                Table(
                    view,
                    model,
                    [.. rows],
                    row => row.MatchEpoch!.Value,
                    "t",
                    Numbers.Invariant(
                        $"{start}, rewind epoch k = {rows.Key}: {view.Accuracy} in % by sparsity, method and the epoch t of B that π is "
                            + $"found at (one number for all t without π)"
                    ),
                    Numbers.Invariant($"{id}-rewind-{rows.Key}")
                )
            );
    }

    /// <summary>Networks that have no rewind epoch; null where there is none.</summary>
    public static Table? Others(RunView view, string model)
    {
        IReadOnlyList<IReadOnlyList<Cell>> rows =
        [
            .. from method in view.NotRewound(model)
            from cells in view.Cells(model)
                .Where(cell => cell.Method == method && cell.RewindEpoch is null)
                .GroupBy(cell => cell.Sparsity)
                .OrderBy(g => g.Key)
            let value = MeanStd.OfAccuracies(cells)
            let paper = view.Paper.Find(model, method, cells.Key, null, null)
            select (IReadOnlyList<Cell>)
                [
                    view.Methods.Label(method),
                    cells.Key == 0 ? "dense" : Numbers.Percent(cells.Key),
                    Numbers.Of(value),
                    Numbers.MeanStd(paper?.Mean ?? double.NaN, paper?.Std),
                    Numbers.Signed(value.Mean - (paper?.Mean ?? double.NaN)),
                    Numbers.Count(value.Count),
                ],
        ];
        return rows.Count == 0
            ? null
            : new Table(
                $"{(view.IsTop5 ? "top5-" : "")}others-{view.Slug(model)}",
                $"{model}: networks without a rewind epoch, {view.Accuracy} in %"
                    + (view.IsOfOneSeed ? "; one seed." : ", mean ± standard deviation over seeds."),
                ["method", "sparsity", "accuracy", "paper", "ours − paper", "n"],
                2,
                rows
            );
    }

    private static Table Table(
        RunView view,
        string model,
        Comparison[] all,
        Func<Comparison, int> column,
        string symbol,
        string caption,
        string id
    )
    {
        int[] epochs = [.. all.Select(column).Distinct().Order()];
        int seeds = view.Seeds(model);
        Dictionary<(double, int), Comparison> at = all.ToDictionary(row => (row.Sparsity, column(row)));
        IReadOnlyList<IReadOnlyList<Cell>> body =
        [
            .. from sparsity in all.Select(row => row.Sparsity).Distinct().Order()
            from method in view.Rewound(model)
            where all.Any(row => row.Sparsity == sparsity && row.Of(method).Count > 0)
            let compared = all.Any(row => row.Sparsity == sparsity && Paper(view, row, method) != null)
            select (IReadOnlyList<Cell>)
                [
                    Numbers.Percent(sparsity),
                    new Cell(view.Methods.Label(method), compared ? "paper\nours − paper" : null),
                    .. epochs.Select(epoch =>
                        at.TryGetValue((sparsity, epoch), out Comparison? row) ? Cell(view, row, method, seeds) : Missing
                    ),
                ],
        ];
        string size = seeds == 1
                ? "; one seed"
                : Numbers.Invariant($", mean ± standard deviation (n = {seeds}; a cell of fewer seeds says so)"),
            paper = view.Paper.Knows(model) ? " In small print the paper's cell, and ours minus the paper's." : "";
        return new Table(
            id,
            $"{caption}{size}.{paper}",
            [
                "sparsity",
                "method",
                .. epochs.Select(epoch => new Cell(
                    Numbers.Invariant($"{symbol} = {epoch}"),
                    PaperEpoch(view, all.Where(row => column(row) == epoch))
                )),
            ],
            2,
            body
        );
    }

    private static Cell Missing => new(Numbers.None, Tone: Tone.Faint);

    private static PaperCell? Paper(RunView view, Comparison row, string method) =>
        view.Paper.Find(row.Model, method, row.Sparsity, row.RewindEpoch, row.MatchEpoch);

    /// <summary>Where a scaled schedule's rewind epoch is in the paper's.</summary>
    private static string? PaperEpoch(RunView view, IEnumerable<Comparison> rows)
    {
        if (view.Paper.IsFull)
            return null;
        int[] theirs =
        [
            .. from row in rows
            from method in row.Accuracy.Keys
            let paper = Paper(view, row, method)
            where paper?.RewindEpoch != null
            select paper.RewindEpoch!.Value,
        ];
        return theirs.Length == 0
            ? null
            : "paper " + string.Join(", ", theirs.Distinct().Order().Select(k => Numbers.Invariant($"k = {k}")));
    }

    private static Cell Cell(RunView view, Comparison row, string method, int seeds)
    {
        MeanStd value = row.Mean(method);
        return value.Count == 0 ? Missing : WithPaper(value, Paper(view, row, method), seeds);
    }

    private static Cell WithPaper(MeanStd value, PaperCell? paper, int seeds)
    {
        string text = Numbers.Of(value) + (value.Count < seeds ? Numbers.Invariant($" (n = {value.Count})") : "");
        return paper is null
            ? text
            : new Cell(text, $"{Numbers.MeanStd(paper.Mean, paper.Std)}\n{Numbers.Signed(value.Mean - paper.Mean)}");
    }
}
