using System.Text.Json;

namespace Espalier.Reports.Paper;

/// <summary>
/// The cells of tables 1 and 5 to 15 of Adnan et al., "Sparse Training from Random Initialization: Aligning Lottery Ticket Masks using
/// Weight Symmetry", ICML 2025, typed from the paper and packed into this assembly.
/// </summary>
public static class PaperTables
{
    /// <summary>Metric of the accuracies that a run measures.</summary>
    public const string TestAccuracy = "test_accuracy_percent";

    /// <summary>Metric of table 10's accuracies: the label's logit is the largest, or among the five largest.</summary>
    public const string Top1 = "top1_accuracy_percent",
        Top5 = "top5_accuracy_percent";

    private const double SameNumber = 1e-9;
    private static readonly Lazy<(string Source, IReadOnlyList<PaperCell> Cells)> File = new(Read);

    /// <summary>Where the numbers are from.</summary>
    public static string Source => File.Value.Source;

    /// <summary>Every cell.</summary>
    public static IReadOnlyList<PaperCell> Cells => File.Value.Cells;

    /// <summary>The cell at some place, or null.</summary>
    /// <param name="table">Number of the table; null takes the first table that has it.</param>
    /// <param name="model">As in <see cref="PaperCell"/>.</param>
    /// <param name="width">Factor on all channels.</param>
    /// <param name="dataSet">Images.</param>
    /// <param name="sparsity">S.</param>
    /// <param name="method">As in <see cref="PaperCell"/>.</param>
    /// <param name="rewindEpoch">k.</param>
    /// <param name="matchingEpoch">Null for a permutation found at the end of B's training.</param>
    /// <param name="metric">Which number.</param>
    public static PaperCell? Find(
        int? table,
        string model,
        double width,
        string dataSet,
        double sparsity,
        string method,
        int? rewindEpoch,
        int? matchingEpoch,
        string metric = TestAccuracy
    ) =>
        Cells.FirstOrDefault(cell =>
            (table is null || cell.Table == table)
            && cell.Model == model
            && Same(cell.Width, width)
            && cell.DataSet == dataSet
            && Same(cell.Sparsity, sparsity)
            && cell.Method == method
            && cell.RewindEpoch == rewindEpoch
            && cell.MatchingEpoch == matchingEpoch
            && cell.Metric == metric
        );

    private static bool Same(double one, double other) => Math.Abs(one - other) < SameNumber;

    private static (string Source, IReadOnlyList<PaperCell> Cells) Read()
    {
        using Stream stream = Resources.Open("tables.json");
        using JsonDocument document = JsonDocument.Parse(stream);
        return (
            document.RootElement.GetProperty("source").GetString()!,
            [.. document.RootElement.GetProperty("cells").EnumerateArray().Select(Cell)]
        );
    }

    private static PaperCell Cell(JsonElement cell) =>
        new(
            cell.GetProperty("table").GetInt32(),
            cell.GetProperty("model").GetString()!,
            cell.GetProperty("width").GetDouble(),
            cell.GetProperty("dataset").GetString()!,
            cell.GetProperty("sparsity").GetDouble(),
            cell.GetProperty("method").GetString()!,
            (int?)Number(cell, "rewind_epoch"),
            (int?)Number(cell, "matching_epoch"),
            cell.GetProperty("metric").GetString()!,
            cell.GetProperty("mean").GetDouble(),
            Number(cell, "std")
        );

    private static double? Number(JsonElement cell, string name) =>
        cell.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
