namespace Espalier.Lab.Findings;

/// <summary>What the masks of several networks are in the mean.</summary>
/// <param name="Sparsity">Achieved, of the prunable arrays.</param>
/// <param name="SparsityOfAllWeights">Of all convolution and linear weights.</param>
/// <param name="MultiplyAccumulates">Of a forward pass that skips pruned weights, for one image.</param>
/// <param name="EffectiveSparsity">With weights that lie on no path counted as pruned; NaN where it was not looked at.</param>
public readonly record struct MaskNumbers(
    double Sparsity,
    double SparsityOfAllWeights,
    double MultiplyAccumulates,
    double EffectiveSparsity
)
{
    private const double Same = 5e-7,
        SameShare = 1e-4;

    /// <summary>Means over networks; NaN over none.</summary>
    public static MaskNumbers Of(IReadOnlyCollection<ResultCell> cells) =>
        cells.Count == 0
            ? new(double.NaN, double.NaN, double.NaN, double.NaN)
            : new(
                cells.Average(c => c.AchievedSparsity),
                cells.Average(c => c.SparsityOfAllWeights),
                cells.Average(c => (double)c.MultiplyAccumulates),
                cells.Average(c => c.EffectiveSparsity) ?? double.NaN
            );

    /// <summary>Share of each layer's weights that masks keep, mean over masks; NaN over none.</summary>
    public static double Kept(IEnumerable<LayerDensity> densities) =>
        densities.Select(density => (double)density.Kept / density.Weights).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Whether both are the same to what a report shows; each is like itself, not a number or not.</summary>
    public bool IsLike(MaskNumbers other) =>
        Equals(other)
        || Math.Abs(Sparsity - other.Sparsity) < Same
            && Math.Abs(SparsityOfAllWeights - other.SparsityOfAllWeights) < Same
            && Math.Abs(MultiplyAccumulates - other.MultiplyAccumulates) <= SameShare * other.MultiplyAccumulates
            && !(Math.Abs(EffectiveSparsity - other.EffectiveSparsity) >= Same); // not a number where nothing is known: no difference
}
