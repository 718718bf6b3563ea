namespace Espalier.Lab.Findings;

/// <summary>What the stages of one kind take.</summary>
/// <param name="Kind">dense, prune, match, sparse, evaluate, or of a study.</param>
/// <param name="Stages">How many.</param>
/// <param name="Done">Of them finished.</param>
/// <param name="Epochs">Epochs of training in all.</param>
/// <param name="EpochsDone">Of them trained.</param>
/// <param name="Flops">Floating-point operations in all, estimated: 3 passes of 2 operations a multiply-accumulate for each image.</param>
/// <param name="Seconds">Time that the finished ones took, summed over workers.</param>
public sealed record KindCost(string Kind, int Stages, int Done, long Epochs, long EpochsDone, double Flops, double Seconds)
{
    /// <summary>Several together.</summary>
    /// <param name="kind">What they are called together.</param>
    /// <param name="costs">Of some kinds; none take nothing.</param>
    public static KindCost Sum(string kind, IReadOnlyCollection<KindCost> costs) =>
        new(
            kind,
            costs.Sum(c => c.Stages),
            costs.Sum(c => c.Done),
            costs.Sum(c => c.Epochs),
            costs.Sum(c => c.EpochsDone),
            costs.Sum(c => c.Flops),
            costs.Sum(c => c.Seconds)
        );

    /// <summary>Epochs of this for each of another's; NaN where there is none.</summary>
    public double ShareOfEpochs(KindCost other) => other.Epochs == 0 ? double.NaN : (double)Epochs / other.Epochs;
}
