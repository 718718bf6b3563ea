using System.Globalization;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Paper;

namespace Espalier.Reports.Analysis;

/// <summary>Finds the paper's cell for one of ours, when the run's schedule may be a scaled one.</summary>
/// <param name="dataSet">Images of the run.</param>
/// <param name="tables">Tables to look in first.</param>
/// <param name="factor">Epochs of the run for each epoch of the paper's schedule.</param>
/// <param name="metric">Which of the paper's numbers.</param>
internal sealed class PaperSchedule(string dataSet, IReadOnlyList<int> tables, double factor, string metric = PaperTables.TestAccuracy)
{
    private const int OnCifar = 200,
        OnImageNet = 80;

    private const double Unscaled = 1e-6;
    private readonly ILookup<(string Model, double Width), PaperCell> _cells = PaperTables
        .Cells.Where(cell => cell.DataSet == dataSet && Is(cell.Metric, metric))
        .OrderBy(cell => tables.Contains(cell.Table) ? 0 : 1)
        .ThenBy(cell => cell.Table == 1 ? 1 : 0)
        .ToLookup(cell => (cell.Model, cell.Width));

    /// <summary>Epochs of the run for each epoch of the paper's.</summary>
    public double Factor => factor;

    /// <summary>Table 10 calls top-1 what the others call accuracy.</summary>
    private static bool Is(string theirs, string metric) =>
        theirs == metric || (metric == PaperTables.TestAccuracy && theirs == PaperTables.Top1);

    /// <summary>Whether the epochs are the paper's.</summary>
    public bool IsFull => Math.Abs(factor - 1) < Unscaled;

    /// <summary>The paper's cell: the nearest rewind epoch whose scaled value is ours, or null.</summary>
    /// <param name="model">As a grid names it: <c>resnet20:width=4</c>.</param>
    /// <param name="method">Ours.</param>
    /// <param name="sparsity">S.</param>
    /// <param name="rewind">k, ours.</param>
    /// <param name="match">Epoch of B that π was found at, ours; used for permuted cells only.</param>
    public PaperCell? Find(string model, string method, double sparsity, int? rewind, int? match)
    {
        string name = MethodNames.IsDense(method) ? "dense" : method;
        return _cells[ModelName.Parse(model)]
            .Where(cell =>
                cell.Method == name
                && Math.Abs(cell.Sparsity - sparsity) < Unscaled
                && Fits(cell.RewindEpoch, rewind)
                && (name != "permuted" || match is null || Fits(cell.MatchingEpoch ?? EpochsOn(dataSet), match))
            )
            .OrderBy(cell => rewind is null ? 0 : Math.Abs(cell.RewindEpoch!.Value * factor - rewind.Value))
            .FirstOrDefault();
    }

    /// <summary>Whether the paper has anything on a network and the run's images.</summary>
    public bool Knows(string model) => _cells[ModelName.Parse(model)].Any();

    private bool Fits(int? theirs, int? ours)
    {
        if (theirs is null || ours is null)
            return theirs is null && ours is null;
        if (theirs == 0 || ours == 0)
            return theirs == ours;
        // A scaled schedule rounds to whole epochs, at least one.
        return Math.Abs(theirs.Value * factor - ours.Value) <= (IsFull ? 0 : 0.5) || (ours == 1 && theirs.Value * factor < 1);
    }

    /// <summary>Epochs that the paper trains its dense networks for (its tables 2 and 3).</summary>
    public static int EpochsOn(string dataSet) => Data.ImageNet.Is(dataSet) ? OnImageNet : OnCifar;

    /// <summary>The schedule of a run: the dense epochs that were trained, else what the run says of itself.</summary>
    public static PaperSchedule Of(RunResults results, string metric = PaperTables.TestAccuracy)
    {
        int[] trained =
        [
            .. results
                .Curves.Where(curve =>
                    curve.RewindEpoch is null
                    && MethodNames.IsDense(curve.Method)
                    && curve.Epochs.Count > 0
                    && results.Cells.Any(cell => cell.Method == curve.Method && cell.Seed == curve.Seed && cell.Model == curve.Model)
                )
                .Select(curve => curve.Epochs.Max(epoch => epoch.Epoch))
                .Distinct(),
        ];
        // A summary has no curves; the options say how long they were.
        if (results.IsOfASummary && results.Run.Settings.FirstOrDefault(option => option.Key == "epochs").Value is { } epochs)
            trained = [int.Parse(epochs, CultureInfo.InvariantCulture)];
        double said = results.Run.Scale;
        int theirs = EpochsOn(results.Run.DataSet);
        bool otherLength = trained.Length == 1 && Math.Abs(trained[0] - theirs * said) > 1;
        return new PaperSchedule(results.Run.DataSet, results.Run.Tables, otherLength ? (double)trained[0] / theirs : said, metric);
    }
}
