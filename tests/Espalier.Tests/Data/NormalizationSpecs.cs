using CsCheck;
using Espalier.Data;
using Xunit;

namespace Espalier.Tests.Data;

public class NormalizationSpecs
{
    [Fact]
    public void Numbers_are_read_back_as_they_were_written() =>
        Gen.Select(Gen.Float[-2, 2], Gen.Float[0.01f, 3])
            .Array[1, 5]
            .Sample(pairs =>
            {
                Normalization normalization = new([.. pairs.Select(p => p.Item1)], [.. pairs.Select(p => p.Item2)]);
                Assert.Equal(normalization, Normalization.Parse(normalization.ToString()));
            });

    [Theory]
    [InlineData("cifar10", "0.4914,0.4822,0.4465/0.247,0.2435,0.2616")]
    [InlineData("cifar100", "0.5071,0.4865,0.4409/0.2673,0.2564,0.2762")]
    [InlineData("Fashion-MNIST", "0.286/0.353")]
    [InlineData("mnist", "0.1307 / 0.3081")]
    [InlineData("imagenet", "0.485,0.456,0.406/0.229,0.224,0.225")]
    public void Names_stand_for_numbers(string name, string numbers)
    {
        Assert.Equal(Normalization.Parse(numbers), Normalization.Parse(name));
        Assert.Equal(Normalization.Parse(numbers).GetHashCode(), Normalization.Parse(name).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("cifar11")]
    [InlineData("0.5")]
    [InlineData("0.5/0.5/0.5")]
    [InlineData("0.5,0.5/0.5")]
    [InlineData("0.5,x/0.5,0.5")]
    [InlineData("0.5/0")]
    [InlineData("0.5/-1")]
    [InlineData("0.5/nan")]
    [InlineData("nan/0.5")]
    [InlineData("0.5/1e99")]
    [InlineData("/")]
    public void What_is_neither_is_refused(string text) => Assert.Throws<InputException>(() => Normalization.Parse(text));

    [Fact]
    public void Constants_are_those_of_the_embedded_images_to_a_hundredth()
    {
        // The well-known constants are of all 60,000 training images.
        DataSet data = EmbeddedData.Open();
        ChannelStatistics statistics = data.Train.Statistics();
        Assert.Equal(data.Normalization.Mean[0], statistics.Mean[0], 0.01);
        Assert.Equal(data.Normalization.Std[0], statistics.Std[0], 0.01);
    }
}
