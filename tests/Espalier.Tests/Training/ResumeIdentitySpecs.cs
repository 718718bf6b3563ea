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

public class ResumeIdentitySpecs
{
    private static readonly Network Small = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 8);
    private static readonly DataSet Usual = TinyImages.Make();

    private static DataSet Changed(string what)
    {
        ImageSet train = Usual.Train;
        byte[] pixels = train.Pixels.ToArray();
        pixels[^1] ^= 1;
        return what switch
        {
            "fewer images" => Usual with { Train = train.Take(train.Count - 1) },
            "another pixel" => Usual with { Train = new ImageSet(train.Name, train.Classes, 3, 8, 8, pixels, train.Labels) },
            "other test images" => Usual with { Test = Usual.Test.Take(10) },
            "another normalisation" => Usual with { Normalization = new Normalization([0.4f, 0.4f, 0.4f], [0.2f, 0.2f, 0.25f]) },
            _ => Usual with { Name = "another name" },
        };
    }

    [Theory]
    [InlineData("fewer images")]
    [InlineData("another pixel")]
    [InlineData("other test images")]
    [InlineData("another normalisation")]
    public void A_training_does_not_continue_with_other_data(string what)
    {
        using TempFolder folder = new();
        Interrupt(folder.Path);
        InputException fault = Assert.Throws<InputException>(() => Train(folder.Path, Changed(what), Augmentation.None));
        Assert.Contains("another data set", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_does_not_continue_with_another_augmentation()
    {
        using TempFolder folder = new();
        Interrupt(folder.Path);
        Assert.Throws<InputException>(() => Train(folder.Path, Usual, new Augmentation(false, 1)));
    }

    [Fact]
    public void A_training_continues_with_the_same_images_under_another_name()
    {
        using TempFolder folder = new();
        Interrupt(folder.Path);
        Assert.Equal(3, Train(folder.Path, Changed("name"), Augmentation.None).Metrics.Count);
    }

    private static void Interrupt(string folder)
    {
        using var cancel = new CancellationTokenSource();
        var stop = new Relay<TrainingProgress>(p =>
        {
            if (p.Metrics is not null)
                cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Train(folder, Usual, Augmentation.None, stop, cancel.Token));
    }

    private static TrainingResult Train(
        string folder,
        DataSet set,
        Augmentation augmentation,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        using WeightSet start = Initialization.KaimingNormal(Small, new RandomStream(0, "A"));
        using var data = new TrainingData(set, augmentation, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 3,
            BatchSize = 32,
            Precision = Precision.Float32,
            Augmentation = augmentation,
        };
        return new Trainer(options, data, new TrainingFolder(folder), progress).Train(new TrainingRun(start, null, 0, "data"), cancel);
    }
}
