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

/// <summary>Trainings whose normalisations are interpolated at random between 1, 0 and γ, β.</summary>
public class NormalizationInterpolationSpecs
{
    private static readonly Network Small = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    private static readonly TrainingOptions Options = new()
    {
        Epochs = 3,
        BatchSize = 64,
        LearningRate = 0.05,
        Precision = Precision.Float32,
        InterpolateNormalization = true,
    };

    [Theory]
    [InlineData(0.3, Precision.Float32)]
    [InlineData(0.3, Precision.BFloat16)]
    [InlineData(0, Precision.Float32)]
    [InlineData(1, Precision.Float32)]
    public void Gradients_are_those_at_the_interpolated_point_and_of_scales_and_shifts_a_share_of_them(double alpha, Precision precision)
    {
        using var scope = NewDisposeScope();
        using WeightSet own = Start(),
            moved = Start();
        foreach (Parameter p in Small.Parameters.Where(NodeArrays.IsNormalisation))
        {
            float[] values = own[p].data<float>().ToArray();
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(values[i] * (float)(1 - alpha) + (p.Kind == ParameterKind.NormWeight ? (float)alpha : 0));
            moved[p].copy_(tensor(values));
        }
        (float[] found, float[] statistics) = Gradient(own, alpha, precision);
        (float[] there, float[] expectedStatistics) = Gradient(moved, null, precision);
        Assert.Equal(expectedStatistics, statistics);
        double norm = Math.Sqrt(there.Sum(value => (double)value * value));
        foreach (Parameter p in Small.Parameters)
            for (int i = (int)own.Layout.Offset(p), end = i + p.Count; i < end; i++)
                Assert.Equal(there[i] * (NodeArrays.IsNormalisation(p) ? 1 - alpha : 1), found[i], norm * 1e-5);
        Assert.Contains(Small.Parameters.Where(NodeArrays.IsNormalisation), p => there[own.Layout.Offset(p)] != 0);
    }

    [Fact]
    public void A_training_draws_one_number_a_step_from_the_stream_of_its_batches_and_tests_without()
    {
        using WeightSet start = Start();
        using TrainingData data = Data();
        TrainingResult result = new Trainer(Options, data).Train(new TrainingRun(start, null, 7, "A.prune.round-01"));
        using var step = new TrainingStep(start, null, Options, CPU);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            int done = 4 * epoch;
            foreach (Batch batch in data.Train.Epoch(new RandomStream(7, "A.prune.round-01", epoch), 64))
                using (batch)
                {
                    double alpha = new RandomStream(7, "A.prune.round-01.normalisation", done).NextDouble();
                    step.Run(batch, Options.RateAt(done++, 4), null, alpha: alpha);
                }
            Assert.Equal(4 * (epoch + 1), done);
        }
        using WeightSet expected = step.State.Snapshot(),
            ours = result.Final;
        Assert.True(ours.BitEquals(expected));
        Assert.Equal(Evaluation.Of(ours, data.Test).AccuracyPercent, result.TestAccuracyPercent);
        TrainingResult usual = new Trainer(Options with { InterpolateNormalization = false }, data).Train(
            new TrainingRun(start, null, 7, "A.prune.round-01")
        );
        using (usual.Final)
            Assert.False(ours.BitEquals(usual.Final));
    }

    [Fact]
    public void A_training_stopped_and_continued_ends_in_the_same_bits()
    {
        using TempFolder folder = new();
        using WeightSet start = Start();
        using TrainingData data = Data();
        var run = new TrainingRun(start, null, 7, "data");
        using var cancel = new CancellationTokenSource();
        var stop = new Relay<TrainingProgress>(p =>
        {
            if (p.Metrics is not null)
                cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new Trainer(Options, data, new TrainingFolder(folder.Path), stop).Train(run, cancel.Token)
        );
        using WeightSet whole = new Trainer(Options, data).Train(run).Final,
            continued = new Trainer(Options, data, new TrainingFolder(folder.Path)).Train(run).Final;
        Assert.True(whole.BitEquals(continued));
    }

    private static (float[] Gradient, float[] Statistics) Gradient(WeightSet weights, double? alpha, Precision precision)
    {
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, precision, CPU);
        using var step = new TrainingStep(weights, null, Options with { Precision = precision }, CPU);
        using Batch batch = data.Train.Epoch(new RandomStream(0, "data"), 64).First();
        new GradientPass(step.Pass, step.State).Run(batch, alpha);
        new GradientReduction(step.State).Run();
        return (step.State.Gradient.data<float>().ToArray(), step.State.Statistics.data<float>().ToArray());
    }

    private static TrainingData Data() => new(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);

    /// <summary>Scales and shifts that are neither 1 nor 0.</summary>
    private static WeightSet Start()
    {
        var random = new RandomStream(0, "A");
        WeightSet start = Initialization.KaimingNormal(Small, random);
        foreach (Parameter p in Small.Parameters.Where(NodeArrays.IsNormalisation))
            start[p].copy_(tensor(Enumerable.Range(0, p.Count).Select(_ => (float)(0.5 + random.NextDouble())).ToArray()));
        return start;
    }
}
