namespace Espalier.Diversity;

/// <summary>How good predictions are.</summary>
/// <param name="AccuracyPercent">Share of images whose most probable class is the label.</param>
/// <param name="NegativeLogLikelihood">Mean of −log p(label), nats; ∞ where a label has probability 0.</param>
/// <param name="CalibrationError">Expected calibration error (Guo et al. 2017): mean over images, by bins of equal width in the confidence,
/// of |accuracy − confidence|; in [0, 1].</param>
public sealed record PredictionQuality(double AccuracyPercent, double NegativeLogLikelihood, double CalibrationError)
{
    /// <summary>Bins of the calibration error.</summary>
    public const int UsualBins = 15;

    /// <summary>Compares predictions with labels.</summary>
    /// <param name="predictions">Of a network or an ensemble.</param>
    /// <param name="labels">One an image.</param>
    /// <param name="bins">M, at least 1: confidence c belongs to bin m if (m − 1)/M &lt; c ≤ m/M.</param>
    /// <exception cref="InputException">The labels do not fit.</exception>
    public static PredictionQuality Of(Predictions predictions, ReadOnlySpan<int> labels, int bins = UsualBins)
    {
        if (labels.Length != predictions.Count)
            throw new InputException(
                $"There are {Counted.Of(labels.Length, "label")} for predictions of {Counted.Of(predictions.Count, "image")}; "
                    + $"expected as many."
            );
        if (bins < 1)
            throw new InputException($"A calibration error over {bins} bins is impossible; expected at least 1.");
        double[] confidence = new double[bins];
        int[] correct = new int[bins];
        double likelihood = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= predictions.Classes)
                throw new InputException($"Image {i} has label {labels[i]}; expected 0 to {predictions.Classes - 1}.");
            int found = predictions.Class(i);
            double probability = predictions[i, found];
            int bin = Math.Clamp((int)Math.Ceiling(probability * bins) - 1, 0, bins - 1);
            confidence[bin] += probability;
            if (found == labels[i])
                correct[bin]++;
            likelihood -= predictions.Log(i, labels[i]);
        }
        return new PredictionQuality(
            100.0 * correct.Sum() / labels.Length,
            likelihood / labels.Length,
            Enumerable.Range(0, bins).Sum(bin => Math.Abs(correct[bin] - confidence[bin])) / labels.Length
        );
    }
}
