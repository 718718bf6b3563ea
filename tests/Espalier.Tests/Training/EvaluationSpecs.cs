using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

public class EvaluationSpecs
{
    [Fact]
    public void Loss_and_accuracy_equal_a_float64_computation_over_all_images()
    {
        DataSet set = TinyImages.Make(train: 8, test: 733);
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 12);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(4, "A"));
        using var images = new BatchSource(set.Test, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
        Evaluation found = Evaluation.Of(weights, images);

        double[][] arrays = [.. network.Parameters.Select(p => weights[p].to(ScalarType.Float64).contiguous().data<double>().ToArray())];
        double loss = 0;
        int correct = 0;
        for (int n = 0; n < set.Test.Count; n++)
        {
            // Images are stored pixel by pixel; a flattened image is channel by channel.
            double[] x =
            [
                .. Enumerable.Range(0, 192).Select(i => (set.Test.Pixels.Span[n * 192 + i % 64 * 3 + i / 64] / 255.0 - 0.4f) / 0.2f),
            ];
            double[] logits = Affine(arrays[2], arrays[3], [.. Affine(arrays[0], arrays[1], x).Select(h => Math.Max(0, h))]);
            int label = set.Test.Labels.Span[n];
            double top = logits.Max();
            loss += top + Math.Log(logits.Sum(z => Math.Exp(z - top))) - logits[label];
            if (Array.IndexOf(logits, top) == label)
                correct++;
        }
        Assert.Equal(733, found.Images);
        Assert.Equal(loss / 733, found.Loss, 1e-5);
        Assert.Equal(100.0 * correct / 733, found.AccuracyPercent, 1e-9);
    }

    [Fact]
    public void The_whole_is_the_sum_of_its_parts_whatever_their_sizes()
    {
        DataSet set = TinyImages.Make(train: 8, test: 733);
        using WeightSet weights = Initialization.KaimingNormal(ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1), new RandomStream(4, "A"));
        Evaluation Of(ImageSet part)
        {
            using var images = new BatchSource(part, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
            return Evaluation.Of(weights, images);
        }
        Evaluation whole = Of(set.Test);
        Evaluation[] parts = [Of(set.Test.Subset(..1)), Of(set.Test.Subset(1..700)), Of(set.Test.Subset(700..))];
        Assert.Equal(whole.Loss, parts.Sum(p => p.Loss * p.Images) / 733, 1e-6);
        Assert.Equal(whole.AccuracyPercent, parts.Sum(p => p.AccuracyPercent * p.Images) / 733, 1e-9);
    }

    [Fact]
    public void It_tells_how_far_it_is_and_stops_between_batches()
    {
        DataSet set = TinyImages.Make(train: 8, test: 1200);
        using WeightSet weights = Initialization.KaimingNormal(
            Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 4),
            new RandomStream(4, "A")
        );
        using var images = new BatchSource(set.Test, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
        List<double> shares = [];
        Evaluation.Of(weights, images, new Relay<double>(shares.Add), TestContext.Current.CancellationToken);
        Assert.Equal([500 / 1200.0, 1000 / 1200.0, 1], shares);
        using var stop = new CancellationTokenSource();
        shares.Clear();
        Assert.Throws<OperationCanceledException>(() =>
            Evaluation.Of(
                weights,
                images,
                new Relay<double>(share =>
                {
                    shares.Add(share);
                    stop.Cancel();
                }),
                stop.Token
            )
        );
        Assert.Single(shares);
    }

    [Theory]
    [InlineData(LearningRateSchedule.CosineBySteps, 0, 1.0)]
    [InlineData(LearningRateSchedule.CosineBySteps, 20, 0.5)]
    [InlineData(LearningRateSchedule.CosineBySteps, 10, 0.853553390593274)]
    [InlineData(LearningRateSchedule.CosineBySteps, 40, 0.0)]
    [InlineData(LearningRateSchedule.CosineByEpochs, 9, 1.0)]
    [InlineData(LearningRateSchedule.CosineByEpochs, 10, 0.853553390593274)]
    [InlineData(LearningRateSchedule.CosineByEpochs, 29, 0.5)]
    [InlineData(LearningRateSchedule.Constant, 39, 1.0)]
    public void A_schedule_has_its_known_values(LearningRateSchedule schedule, long step, double factor) =>
        Assert.Equal(factor, schedule.Factor(step, 10, 4), 1e-12);

    [Fact]
    public void Another_stream_of_data_gives_other_bits()
    {
        using WeightSet start = Initialization.KaimingNormal(Mlp.Build(Shape.Maps(3, 8, 8), 4, 1, 8), new RandomStream(0, "A"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        WeightSet Train(string stream) => new Trainer(
                new TrainingOptions
                {
                    Epochs = 1,
                    BatchSize = 32,
                    Precision = Precision.Float32,
                },
                data
            ).Train(new TrainingRun(start, null, 0, stream)).Final;
        Assert.True(Train("one").BitEquals(Train("one")));
        Assert.False(Train("one").BitEquals(Train("two")));
    }

    private static double[] Affine(double[] weight, double[] bias, double[] x) =>
        [.. bias.Select((b, o) => b + x.Select((value, i) => value * weight[o * x.Length + i]).Sum())];
}
