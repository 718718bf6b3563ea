namespace Espalier.Experiments;

/// <summary>One measured number of a run.</summary>
/// <param name="Method">lth, naive, permuted, imp or dense.</param>
/// <param name="Sparsity">S requested, of the prunable arrays; 0 for dense.</param>
/// <param name="RewindEpoch">k; null where the method has none.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="TestAccuracyPercent">On all test images, after the last epoch.</param>
/// <param name="TestLoss">Likewise.</param>
/// <param name="AchievedSparsity">Of the prunable arrays.</param>
/// <param name="SparsityOfAllWeights">Of all convolution and linear weights.</param>
/// <param name="MultiplyAccumulates">Of a forward pass that skips pruned weights, for one image.</param>
public sealed record Cell(string Method, double Sparsity, int? RewindEpoch, long Seed, double TestAccuracyPercent, double TestLoss, double AchievedSparsity, double SparsityOfAllWeights, long MultiplyAccumulates);
