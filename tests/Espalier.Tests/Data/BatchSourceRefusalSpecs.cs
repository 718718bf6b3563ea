using Espalier.Data;
using Espalier.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Data;

/// <summary>Batches that cannot be are refused, and before anything is drawn.</summary>
public class BatchSourceRefusalSpecs
{
    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(26)]
    public void Impossible_batch_sizes_are_refused_before_anything_is_drawn(int batchSize)
    {
        using BatchSource source = new(Samples.Set(25, 2, 2, 1), Normalization.FashionMnist, Augmentation.None, CPU, ScalarType.Float32);
        Assert.Contains(
            $"batch size is {batchSize}",
            Assert.Throws<InputException>(() => source.Epoch(new RandomStream(1, "s"), batchSize)).Message
        );
        if (batchSize < 1)
            Assert.Throws<InputException>(() => source.InOrder(batchSize));
        else
            Assert.Equal(100, BatchSourceSpecs.Everything(source.InOrder(batchSize)).Length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void Impossible_padding_is_refused(int padding) =>
        Assert.Throws<InputException>(() =>
            new BatchSource(Samples.Set(2, 2, 2, 1), Normalization.FashionMnist, new Augmentation(false, padding), CPU, ScalarType.Float32)
        );

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Random_parts_are_made_of_grey_and_colour_alone(int channels, bool isMade)
    {
        ImageSet set = Samples.Set(6, 5, 4, channels);
        float[] half = [.. Enumerable.Repeat(0.5f, channels)];
        BatchSource Source() => new(set, new Normalization(half, half), Augmentation.ImageNet, CPU, ScalarType.Float32);
        if (!isMade)
        {
            Assert.Contains($"have {channels}", Assert.Throws<InputException>(Source).Message);
            return;
        }
        using BatchSource source = Source();
        float[] values = BatchSourceSpecs.Everything(source.Epoch(new RandomStream(1, "parts"), 4));
        Assert.Equal(set.Count * set.ImageSize, values.Length);
        Assert.NotEqual(BatchSourceSpecs.Everything(source.InOrder(4)), values);
    }

    [Fact]
    public void Constants_for_other_channels_and_types_that_are_no_fractions_are_refused()
    {
        Assert.Throws<InputException>(() =>
            new BatchSource(Samples.Set(2, 2, 2, 1), Normalization.Cifar10, Augmentation.None, CPU, ScalarType.Float32)
        );
        Assert.Throws<InputException>(() =>
            new BatchSource(Samples.Set(2, 2, 2, 1), Normalization.FashionMnist, Augmentation.None, CPU, ScalarType.Int32)
        );
    }
}
