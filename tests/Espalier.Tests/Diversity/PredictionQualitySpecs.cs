using Espalier.Data;
using Espalier.Diversity;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Diversity;

/// <summary>Loss, Brier score and calibration of predictions.</summary>
public class PredictionQualitySpecs
{
    [Fact]
    public void Quality_agrees_with_the_values_computed_by_hand()
    {
        // Confidences 0.9, 0.9, 0.6, 0.55 of which the second is wrong; two bins would be (0, 0.5] and (0.5, 1].
        Predictions p = Predictions.FromProbabilities(
            new[,]
            {
                { 0.9, 0.1 },
                { 0.9, 0.1 },
                { 0.4, 0.6 },
                { 0.55, 0.45 },
            }
        );
        PredictionQuality found = PredictionQuality.Of(p, [0, 1, 1, 0]);
        Assert.Equal(75, found.AccuracyPercent);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.1) + Math.Log(0.6) + Math.Log(0.55)) / 4, found.NegativeLogLikelihood, 1e-12);
        // Of 15 bins: 0.9 in (13/15, 14/15] with |1 − 1.8|, 0.6 and 0.55 in (8/15, 9/15] with |2 − 1.15|.
        Assert.Equal((0.8 + 0.85) / 4, found.CalibrationError, 1e-9);
        Assert.Equal(Math.Abs(3 - 2.95) / 4, PredictionQuality.Of(p, [0, 1, 1, 0], bins: 2).CalibrationError, 1e-9);
    }

    [Fact]
    public void A_confidence_on_an_edge_belongs_to_the_bin_below_it()
    {
        Predictions p = Predictions.FromProbabilities(
            new[,]
            {
                { 0.5, 0.5 },
                { 0.0, 1.0 },
            }
        );
        Assert.Equal((0.5 + 1) / 2, PredictionQuality.Of(p, [0, 0], bins: 2).CalibrationError, 1e-12);
    }
}
