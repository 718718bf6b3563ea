using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>Every table that a run has the numbers for.</summary>
internal sealed record AllTables(
    IReadOnlyList<(string Model, Table Table)> Accuracy,
    IReadOnlyList<Table> Pooled,
    IReadOnlyList<Table> Differences,
    IReadOnlyList<Table> Sparsities,
    IReadOnlyList<Table> Densities,
    IReadOnlyList<Table> Matching,
    IReadOnlyList<Table> Costs,
    IReadOnlyList<Table> Barriers,
    IReadOnlyList<Table> Diversity
)
{
    /// <summary>What is taken of tickets.</summary>
    public IReadOnlyList<Table> Tickets { get; init; } = [];

    /// <summary>Of a run.</summary>
    public static AllTables Of(RunView view)
    {
        RunView? five = view.TopFive();
        string[] models = [.. view.Models.Concat(view.Run.Models).Distinct()];
        IReadOnlyList<Table> Each(Func<RunView, string, Table?> make) =>
            [.. models.Select(model => make(view, model)?.Told()).OfType<Table>()];
        return new AllTables(
            [
                .. from model in view.Models
                from shown in five is null ? [view] : new[] { view, five }
                from table in AccuracyTables.Of(shown, model).Append(AccuracyTables.Others(shown, model)).OfType<Table>()
                select (model, table.Told()),
            ],
            Each(DifferenceTables.Pooled),
            Each(DifferenceTables.Cells),
            Each(MaskTables.Sparsities),
            Each(MaskTables.Densities),
            Each(MatchTable.Of),
            CostTable.Of(view) is { } costs ? [costs.Told()] : [],
            [.. Each(BarrierTables.BetweenAAndB), .. Each(BarrierTables.AlongPruning)],
            [.. Each(DiversityTable.Of), .. Each(DiversityTable.Soups)]
        )
        {
            Tickets = Each(TicketTable.Of),
        };
    }
}
