using Espalier.Experiments.Results;

namespace Espalier.Experiments;

/// <summary>What the methods reach at one sparsity and rewind epoch, over all seeds; test accuracies in per cent.</summary>
/// <param name="Sparsity">S of the prunable arrays.</param>
/// <param name="SparsityOfAllWeights">The same mask counted over all convolution and linear weights.</param>
/// <param name="RewindEpoch">k.</param>
/// <param name="Imp">The pruned network the mask is from.</param>
/// <param name="Lth">A's start, A's mask.</param>
/// <param name="Naive">B's start, A's mask.</param>
/// <param name="Permuted">B's start, π(A's mask).</param>
public sealed record ComparisonRow(double Sparsity, double SparsityOfAllWeights, int RewindEpoch, MeanStd Imp, MeanStd Lth, MeanStd Naive, MeanStd Permuted)
{
    /// <summary>(permuted − naive) / (LTH − naive), of the means; NaN where LTH is not above naive.</summary>
    public double GapClosed => Lth.Mean > Naive.Mean ? (Permuted.Mean - Naive.Mean) / (Lth.Mean - Naive.Mean) : double.NaN;

    /// <summary>One row a sparsity and rewind epoch, in ascending order.</summary>
    public static IReadOnlyList<ComparisonRow> Of(IReadOnlyList<Cell> cells)
    {
        MeanStd Accuracy(string method, double sparsity, int? k) => MeanStd.Of(cells.Where(c => c.Method == method && c.Sparsity == sparsity && c.RewindEpoch == k).Select(c => c.TestAccuracyPercent));
        return [.. cells.Where(c => c.RewindEpoch is not null).GroupBy(c => (c.Sparsity, Epoch: c.RewindEpoch!.Value)).OrderBy(g => g.Key).Select(g => new ComparisonRow(
            g.Key.Sparsity, g.Average(c => c.SparsityOfAllWeights), g.Key.Epoch, Accuracy("imp", g.Key.Sparsity, null),
            Accuracy("lth", g.Key.Sparsity, g.Key.Epoch), Accuracy("naive", g.Key.Sparsity, g.Key.Epoch), Accuracy("permuted", g.Key.Sparsity, g.Key.Epoch)))];
    }
}
