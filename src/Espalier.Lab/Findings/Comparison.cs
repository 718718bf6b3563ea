namespace Espalier.Lab.Findings;

/// <summary>What all methods reach at one network, sparsity, rewind and matching epoch, over all seeds.</summary>
/// <param name="Model">The network.</param>
/// <param name="Sparsity">S of the prunable arrays.</param>
/// <param name="SparsityOfAllWeights">The same mask counted over all convolution and linear weights.</param>
/// <param name="RewindEpoch">k.</param>
/// <param name="MatchEpoch">Epoch of B that π was found at; null where no method of the row needs one.</param>
/// <param name="Accuracy">Test accuracy in per cent, by method and seed.</param>
public sealed record Comparison(
    string Model,
    double Sparsity,
    double SparsityOfAllWeights,
    int RewindEpoch,
    int? MatchEpoch,
    IReadOnlyDictionary<string, IReadOnlyDictionary<long, double>> Accuracy
)
{
    private static readonly Dictionary<long, double> Nothing = [];

    /// <summary>Test accuracies of a method by seed; empty where it was not run.</summary>
    public IReadOnlyDictionary<long, double> Of(string method) => Accuracy.GetValueOrDefault(method) ?? Nothing;

    /// <summary>The same of some seeds only.</summary>
    public Comparison On(IReadOnlyCollection<long> seeds) =>
        this with
        {
            Accuracy = Accuracy.ToDictionary(
                method => method.Key,
                method => (IReadOnlyDictionary<long, double>)method.Value.Where(pair => seeds.Contains(pair.Key)).ToDictionary()
            ),
        };

    /// <summary>Mean and standard deviation of a method.</summary>
    public MeanStd Mean(string method) => MeanStd.Of(Of(method).OrderBy(pair => pair.Key).Select(pair => pair.Value));

    /// <summary>Mean of first − second over the seeds that have both.</summary>
    public PairedDifference Difference(string first, string second) => PairedDifference.Of(Of(first), Of(second));

    /// <summary>The share of the gap between naive and LTH that a method closes.</summary>
    public GapClosed Gap(string method = "permuted") => GapClosed.Of([this], method);

    /// <summary>
    /// One row a network, sparsity, rewind and matching epoch, in ascending order; methods that do without π, or without a rewind epoch,
    /// appear in every row they belong to.
    /// </summary>
    public static IReadOnlyList<Comparison> Of(IReadOnlyList<ResultCell> cells)
    {
        List<string> models = [.. cells.Select(c => c.Model).Distinct()];
        ResultCell[] sparse = [.. cells.Where(c => c.RewindEpoch is not null && c.Sparsity > 0)];
        return
        [
            .. from cell in sparse
            group cell by (cell.Model, cell.Sparsity, Epoch: cell.RewindEpoch!.Value) into point
            orderby models.IndexOf(point.Key.Model), point.Key.Sparsity, point.Key.Epoch
            from match in point.Select(c => c.MatchEpoch).OfType<int>().Distinct().Order().Select(t => (int?)t).DefaultIfEmpty(null)
            select Row(cells, point.Key.Model, point.Key.Sparsity, point.Key.Epoch, match),
        ];
    }

    private static Comparison Row(IReadOnlyList<ResultCell> cells, string model, double sparsity, int k, int? match)
    {
        ResultCell[] here =
        [
            .. cells.Where(c =>
                c.Model == model
                && (c.Sparsity == sparsity ? (c.RewindEpoch ?? k) == k : c.Sparsity == 0 && c.RewindEpoch == k)
                && (c.MatchEpoch ?? match) == match
            ),
        ];
        return new Comparison(
            model,
            sparsity,
            here.Where(c => c.Sparsity == sparsity).Average(c => c.SparsityOfAllWeights),
            k,
            match,
            here.GroupBy(c => c.Method)
                .ToDictionary(g => g.Key, g => (IReadOnlyDictionary<long, double>)g.ToDictionary(c => c.Seed, c => c.TestAccuracyPercent))
        );
    }
}
