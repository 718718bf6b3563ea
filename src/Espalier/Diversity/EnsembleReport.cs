namespace Espalier.Diversity;

/// <summary>A line of table 1: several networks of one method, together.</summary>
/// <param name="Members">How good each is.</param>
/// <param name="Ensemble">How good the mean of their probabilities is.</param>
/// <param name="Diversity">How differently they predict.</param>
public sealed record EnsembleReport(IReadOnlyList<PredictionQuality> Members, PredictionQuality Ensemble, PairDiversity Diversity)
{
    /// <summary>Mean accuracy of a single member, per cent.</summary>
    public double MeanAccuracyPercent => Members.Average(member => member.AccuracyPercent);

    /// <summary>Compares networks with each other and with the labels.</summary>
    /// <param name="members">At least two, over the same images.</param>
    /// <param name="labels">One an image.</param>
    /// <exception cref="InputException">Too few members, or what does not fit.</exception>
    public static EnsembleReport Of(IReadOnlyList<Predictions> members, ReadOnlyMemory<int> labels) =>
        new(
            [.. members.Select(member => PredictionQuality.Of(member, labels.Span))],
            PredictionQuality.Of(Predictions.Ensemble(members), labels.Span),
            PairDiversity.Mean(members)
        );
}
