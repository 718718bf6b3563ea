using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Collectives;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>A test by several ranks, each of which computes its share of the images.</summary>
public sealed class RankedEvaluationSpecs
{
    [Theory]
    [InlineData(1733, 2)]
    [InlineData(1733, 3)]
    [InlineData(1733, 5)] // more ranks than batches
    [InlineData(7, 2)]
    public void All_ranks_have_the_very_numbers_of_one_process(int test, int size)
    {
        DataSet set = TinyImages.Make(train: 12, test, classes: 12);
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 12, blocks: 1);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(4, "A"));
        using var whole = new BatchSource(set.Test, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
        Evaluation expected = Evaluation.Of(weights, whole);
        int seen = 0;
        Evaluation[] found = Together.Run(
            size,
            ranks =>
            {
                ImageSet watched = new(
                    set.Test.Name,
                    set.Test.Classes,
                    3,
                    8,
                    8,
                    new WatchedPixels(set.Test, () => Interlocked.Increment(ref seen)),
                    set.Test.Labels
                );
                using var images = new BatchSource(watched, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
                using NodeArrays arrays = NodeArrays.Of(weights, CPU, ScalarType.Float32);
                return Evaluation.Of(new ForwardPass(network), arrays, images, ranks);
            }
        );
        Assert.All(found, rank => Assert.Equal(expected, rank));
        Assert.Equal(test, expected.Images);
        Assert.NotNull(expected.Top5AccuracyPercent);
        Assert.Equal(test, seen); // nobody computed what is another's
    }

    [Fact]
    public void Images_that_one_rank_cannot_read_are_refused_to_all()
    {
        DataSet set = TinyImages.Make(train: 8, test: 1200);
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(4, "A"));
        string[] said = Together.Run(
            2,
            ranks =>
            {
                ImageSet damaged = new(
                    set.Test.Name,
                    set.Test.Classes,
                    3,
                    8,
                    8,
                    new WatchedPixels(set.Test, () => _ = ranks.Rank == 1 ? throw new InputException("No image.") : 0),
                    set.Test.Labels
                );
                using var images = new BatchSource(damaged, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
                using NodeArrays arrays = NodeArrays.Of(weights, CPU, ScalarType.Float32);
                return Assert.ThrowsAny<InputException>(() => Evaluation.Of(new ForwardPass(network), arrays, images, ranks)).Message;
            }
        );
        Assert.All(said, one => Assert.Equal("Rank 1 of 2: No image.", one));
    }
}
