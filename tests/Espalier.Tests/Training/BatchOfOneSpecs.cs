using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

public class BatchOfOneSpecs
{
    [Theory]
    [InlineData(1, false, "A batch of one image")]
    [InlineData(1, true, "A batch of one image")]
    [InlineData(51, false, "The last batch of an epoch has one of 256 images")]
    [InlineData(255, false, "The last batch of an epoch has one of 256 images")]
    public void One_value_a_channel_has_no_variance_and_is_refused_as_that(int batch, bool dropLast, string said)
    {
        InputException fault = Assert.Throws<InputException>(() => Train(Normalised(flat: true), batch, dropLast));
        Assert.StartsWith(said, fault.Message, StringComparison.Ordinal);
        Assert.Contains("'norm'", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("diverged", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(51, true, true)]
    [InlineData(64, false, true)]
    [InlineData(51, false, false)] // a map has many values a channel even of one image
    public void All_else_trains(int batch, bool dropLast, bool flat) =>
        Assert.True(double.IsFinite(Train(Normalised(flat), batch, dropLast).TestAccuracyPercent));

    private static Network Normalised(bool flat)
    {
        var builder = new NetworkBuilder("normalised", 3, 8, 8);
        int x = flat
            ? builder.Chain(0, ("flatten", new Flatten()), ("fc", new Linear(8)), ("norm", new BatchNorm()), ("relu", new Relu()))
            : builder.Chain(0, ("conv", new Conv(4, 3)), ("norm", new BatchNorm()), ("relu", new Relu()), ("flatten", new Flatten()));
        builder.Then("classes", new Linear(4), x);
        return builder.Build();
    }

    private static TrainingResult Train(Network network, int batch, bool dropLast)
    {
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        var options = new TrainingOptions
        {
            Epochs = 1,
            BatchSize = batch,
            DropLast = dropLast,
            LearningRate = 0.001,
            Precision = Precision.Float32,
        };
        return new Trainer(options, data).Train(new TrainingRun(start, null, 0, "data"));
    }
}
