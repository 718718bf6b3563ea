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

public class DiversitySpecs
{
    [Fact]
    public void A_pair_agrees_with_the_values_computed_by_hand()
    {
        Predictions p = Predictions.FromProbabilities(
                new[,]
                {
                    { 0.5, 0.5 },
                    { 0.8, 0.2 },
                    { 1.0, 0.0 },
                }
            ),
            q = Predictions.FromProbabilities(
                new[,]
                {
                    { 0.25, 0.75 },
                    { 0.6, 0.4 },
                    { 0.5, 0.5 },
                }
            );
        PairDiversity found = PairDiversity.Of(p, q);
        // Equal probabilities name the first class: only image 0 differs.
        Assert.Equal(1.0 / 3, found.Disagreement, 1e-12);
        double kl = (0.5 * Math.Log(2) + 0.5 * Math.Log(0.5 / 0.75) + 0.8 * Math.Log(0.8 / 0.6) + 0.2 * Math.Log(0.5) + Math.Log(2)) / 3;
        Assert.Equal(kl, found.KullbackLeibler, 1e-12);
        Assert.Equal(0.309501, kl, 1e-6);
        Assert.Equal(double.PositiveInfinity, PairDiversity.Of(q, p).KullbackLeibler);
        double js =
            (
                Half(0.5, 0.375)
                + Half(0.5, 0.625)
                + Half(0.25, 0.375)
                + Half(0.75, 0.625)
                + Half(0.8, 0.7)
                + Half(0.2, 0.3)
                + Half(0.6, 0.7)
                + Half(0.4, 0.3)
                + Half(1, 0.75)
                + Half(0.5, 0.75)
                + Half(0.5, 0.25)
            ) / 3;
        Assert.Equal(js, found.JensenShannon, 1e-12);

        static double Half(double x, double middle) => 0.5 * x * Math.Log(x / middle);
    }

    [Fact]
    public void Opposites_are_as_different_as_can_be_and_equals_are_not()
    {
        Predictions p = Predictions.FromProbabilities(
                new[,]
                {
                    { 1.0, 0.0 },
                }
            ),
            q = Predictions.FromProbabilities(
                new[,]
                {
                    { 0.0, 1.0 },
                }
            );
        Assert.Equal(Math.Log(2), PairDiversity.Of(p, q).JensenShannon, 1e-12);
        Assert.Equal(new PairDiversity(0, 0, 0), PairDiversity.Of(p, p));
    }

    [Fact]
    public void An_ensemble_is_the_mean_of_probabilities_even_where_they_underflow()
    {
        Predictions a = Predictions.FromProbabilities(
                new[,]
                {
                    { 0.6, 0.4 },
                }
            ),
            b = Predictions.FromProbabilities(
                new[,]
                {
                    { 0.1, 0.9 },
                }
            );
        Predictions both = Predictions.Ensemble([a, b]);
        Assert.Equal(0.35, both[0, 0], 1e-12);
        Assert.Equal(0.65, both[0, 1], 1e-12);
        Assert.Equal(1, both.Class(0));
        Predictions sure = Predictions.FromLogits(tensor(new[] { 0f, 5000f }).view(1, 2));
        Assert.Equal(-5000, Predictions.Ensemble([sure, sure]).Log(0, 0), 1e-9);
        Assert.Equal(5000, PairDiversity.Of(Predictions.FromLogits(tensor(new[] { 5000f, 0f }).view(1, 2)), sure).KullbackLeibler, 1e-9);
    }

    [Fact]
    public void Divergences_of_logits_equal_an_independent_computation_over_all_pairs()
    {
        var random = new RandomStream(1, "logits");
        const int Images = 50,
            Classes = 7;
        double[][][] logits =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(_ =>
                    Enumerable
                        .Range(0, Images)
                        .Select(_ => Enumerable.Range(0, Classes).Select(_ => (double)(float)(3 * random.NextNormal())).ToArray())
                        .ToArray()
                ),
        ];
        Predictions[] members =
        [
            .. logits.Select(member => Predictions.FromLogits(tensor(member.SelectMany(row => row).ToArray()).view(Images, Classes))),
        ];
        double[][][] p =
        [
            .. logits.Select(member => member.Select(row => row.Select(x => Math.Exp(x) / row.Sum(Math.Exp)).ToArray()).ToArray()),
        ];
        double kl = 0,
            disagreement = 0;
        foreach ((int i, int j) in new[] { (0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1) })
            for (int n = 0; n < Images; n++)
            {
                kl += Enumerable.Range(0, Classes).Sum(c => p[i][n][c] * Math.Log(p[i][n][c] / p[j][n][c])) / Images / 6;
                disagreement += Array.IndexOf(p[i][n], p[i][n].Max()) != Array.IndexOf(p[j][n], p[j][n].Max()) ? 1.0 / Images / 6 : 0;
            }
        PairDiversity found = PairDiversity.Mean(members);
        Assert.Equal(kl, found.KullbackLeibler, 1e-10);
        Assert.Equal(disagreement, found.Disagreement, 1e-12);
        Assert.InRange(found.JensenShannon, 1e-3, Math.Log(2));
    }

    [Fact]
    public void Predictions_of_a_network_agree_with_its_evaluation_whatever_the_batches()
    {
        DataSet set = TinyImages.Make();
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 8);
        using var source = new BatchSource(set.Test, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
        using WeightSet a = Initialization.KaimingNormal(network, new RandomStream(1, "A")),
            b = Initialization.KaimingNormal(network, new RandomStream(1, "B"));
        Predictions[] members = [Predictions.Of(a, source, 13), Predictions.Of(b, source)];
        EnsembleReport report = EnsembleReport.Of(members, set.Test.Labels);
        Evaluation expected = Evaluation.Of(a, source);
        Assert.Equal(expected.AccuracyPercent, report.Members[0].AccuracyPercent, 1e-9);
        Assert.Equal(expected.Loss, report.Members[0].NegativeLogLikelihood, 1e-5);
        Assert.Equal(PredictionQuality.Of(Predictions.Ensemble(members), set.Test.Labels.Span), report.Ensemble);
        Assert.Equal((report.Members[0].AccuracyPercent + report.Members[1].AccuracyPercent) / 2, report.MeanAccuracyPercent, 1e-9);
    }

    [Fact]
    public void What_is_no_prediction_is_refused_with_a_sentence()
    {
        Predictions p = Predictions.FromProbabilities(
                new[,]
                {
                    { 0.5, 0.5 },
                }
            ),
            three = Predictions.FromProbabilities(
                new[,]
                {
                    { 0.5, 0.5, 0 },
                }
            );
        Assert.Contains(
            "sum to",
            Assert
                .Throws<InputException>(() =>
                    Predictions.FromProbabilities(
                        new[,]
                        {
                            { 0.5, 0.4 },
                        }
                    )
                )
                .Message
        );
        Assert.Contains(
            "expected 0 to 1",
            Assert
                .Throws<InputException>(() =>
                    Predictions.FromProbabilities(
                        new[,]
                        {
                            { double.NaN, 1 },
                        }
                    )
                )
                .Message
        );
        Assert.Contains(
            "1.5",
            Assert
                .Throws<InputException>(() =>
                    Predictions.FromProbabilities(
                        new[,]
                        {
                            { 1.5, -0.5 },
                        }
                    )
                )
                .Message
        );
        Assert.Contains(
            "not finite",
            Assert.Throws<InputException>(() => Predictions.FromLogits(tensor(new[] { float.NaN, 1f }).view(1, 2))).Message
        );
        Assert.Throws<InputException>(() => Predictions.FromProbabilities(new double[0, 2]));
        Assert.Throws<InputException>(() => PairDiversity.Of(p, three));
        Assert.Throws<InputException>(() => PairDiversity.Mean([p]));
        Assert.Throws<InputException>(() => Predictions.Ensemble([]));
        Assert.Throws<InputException>(() => PredictionQuality.Of(p, [0, 1]));
        Assert.Throws<InputException>(() => PredictionQuality.Of(p, [2]));
    }
}
