using Espalier.Experiments.Results;
using Espalier.Reports.Analysis;
using Espalier.Reports.Figures;
using Espalier.Reports.Paper;

namespace Espalier.Reports.Tables;

/// <summary>Accuracies in the form of the paper's tables, with the paper's cells.</summary>
internal static class AccuracyTables
{
    /// <summary>Sparsity × method against rewind epoch, once for each matching epoch.</summary>
    public static IEnumerable<Table> Of(RunView view, string model)
    {
        int[] matches = [.. view.Rows(model).Select(row => row.MatchEpoch).OfType<int>().Distinct().Order()];
        if (matches.Length < 2) return Table(view, model, view.Main(model), null, $"accuracy-{Slug.Of(model)}") is { } table ? [table] : [];
        return matches.Select(match => Table(view, model, view.Rows(model).Where(row => row.MatchEpoch == match), match, Numbers.Invariant($"accuracy-{Slug.Of(model)}-matched-{match}"))).OfType<Table>();
    }

    /// <summary>Networks that have no rewind epoch; null where there is none.</summary>
    public static Table? Others(RunView view, string model)
    {
        IReadOnlyList<IReadOnlyList<Cell>> rows =
        [
            .. from method in view.NotRewound(model)
               from cells in view.Cells(model).Where(cell => cell.Method == method && (cell.RewindEpoch is null || cell.Sparsity == 0)).GroupBy(cell => cell.Sparsity).OrderBy(g => g.Key)
               let value = MeanStd.Of(cells.OrderBy(cell => cell.Seed).Select(cell => cell.TestAccuracyPercent))
               let paper = view.Paper.Find(model, method, cells.Key, null, null)
               select (IReadOnlyList<Cell>)[MethodNames.Label(method), cells.Key == 0 ? "dense" : Numbers.Percent(cells.Key), WithPaper(view, value, paper, 0), Numbers.Count(value.Count)],
        ];
        return rows.Count == 0 ? null : new Table($"others-{Slug.Of(model)}", $"{model}: networks without a rewind epoch, test accuracy in %, mean ± standard deviation over seeds.", ["method", "sparsity", "accuracy", "n"], 2, rows);
    }

    private static Table? Table(RunView view, string model, IEnumerable<Comparison> rows, int? match, string id)
    {
        Comparison[] all = [.. rows];
        if (all.Length == 0) return null;
        IReadOnlyList<string> methods = view.Rewound(model);
        int[] epochs = [.. all.Select(row => row.RewindEpoch).Distinct().Order()];
        int seeds = view.Seeds(model);
        Dictionary<(double, int), Comparison> at = all.ToDictionary(row => (row.Sparsity, row.RewindEpoch));
        IReadOnlyList<IReadOnlyList<Cell>> body =
        [
            .. from sparsity in all.Select(row => row.Sparsity).Distinct().Order()
               from method in methods
               where epochs.Any(k => at.TryGetValue((sparsity, k), out Comparison? row) && row.Of(method).Count > 0)
               select (IReadOnlyList<Cell>)[Numbers.Percent(sparsity), MethodNames.Label(method), .. epochs.Select(k => at.TryGetValue((sparsity, k), out Comparison? row) ? Cell(view, row, method, seeds) : new Cell(Numbers.None, Tone: Tone.Faint))],
        ];
        string matched = match is { } t ? Numbers.Invariant($", π found with B at epoch {t}") : "";
        string paper = view.Paper.Knows(model) ? " Second line: the paper's cell, and ours minus the paper's." : "";
        return new Table(id, Numbers.Invariant($"{model} on {view.Run.DataSet}{matched}: test accuracy in % by sparsity, method and rewind epoch k, mean ± standard deviation (n = {seeds}; a cell of fewer seeds says so).{paper}"),
            ["sparsity", "method", .. epochs.Select(k => Numbers.Invariant($"k = {k}"))], 2, body);
    }

    private static Cell Cell(RunView view, Comparison row, string method, int seeds)
    {
        MeanStd value = row.Mean(method);
        return value.Count == 0 ? new Cell(Numbers.None, Tone: Tone.Faint) : WithPaper(view, value, view.Paper.Find(row.Model, method, row.Sparsity, row.RewindEpoch, row.MatchEpoch), seeds, row.RewindEpoch);
    }

    private static Cell WithPaper(RunView view, MeanStd value, PaperCell? paper, int seeds, int? rewind = null)
    {
        string few = seeds > 0 && value.Count < seeds ? Numbers.Invariant($" (n = {value.Count})") : "";
        if (paper is null) return Numbers.Of(value) + few;
        string k = !view.Paper.IsFull && rewind > 0 ? Numbers.Invariant($" at k = {paper.RewindEpoch}") : "";
        return new Cell(Numbers.Of(value) + few, $"paper{k} {Numbers.MeanStd(paper.Mean, paper.Std)}; {Numbers.Signed(value.Mean - paper.Mean)}");
    }
}
