using Espalier.Connectivity;
using Espalier.Randomness;
using Espalier.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Connectivity;

public class UnitMomentsSpecs
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Moments_equal_a_float64_computation_even_far_from_zero(bool maps)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(1, "moments");
        float[] values = [.. Enumerable.Range(0, 40 * 3 * 4).Select(i => (float)(1000 * (i / 4 % 3) + random.NextNormal()))];
        Tensor x = maps ? tensor(values).view(40, 3, 2, 2) : tensor(values).view(40, 3, 4).permute(0, 2, 1).reshape(160, 3);
        UnitMoments found = UnitMoments.Of(x);
        for (int unit = 0; unit < 3; unit++)
        {
            double[] samples = [.. values.Where((_, i) => i / 4 % 3 == unit).Select(v => (double)v)];
            double mean = samples.Average();
            Assert.Equal(mean, found.Mean[unit], 1e-9);
            Assert.Equal(samples.Average(v => (v - mean) * (v - mean)), found.Variance[unit], 1e-5);
        }
    }

    [Fact]
    public void Between_two_layers_means_and_deviations_are_linear_in_alpha()
    {
        var a = new UnitMoments([1, 2], [4, 0]);
        var b = new UnitMoments([3, -2], [16, 9]);
        UnitMoments quarter = a.Between(b, 0.25);
        Assert.Equal([1.5, 1.0], quarter.Mean);
        Assert.Equal(2.5, quarter.Deviation(0), 1e-12);
        Assert.Equal(0.75, quarter.Deviation(1), 1e-12);
    }

    [Fact]
    public void Fewer_samples_than_units_are_said_with_the_layer()
    {
        Espalier.Networks.Network mlp = TrainedPair.Mlp,
            resnet = TrainedPair.ResNet;
        Assert.Null(UnitStatistics.Shortage(mlp, 24));
        Assert.Contains("24 units and 23 samples", UnitStatistics.Shortage(mlp, 23));
        Assert.Null(UnitStatistics.Shortage(resnet, 16)); // a convolution has a sample a position
        Assert.NotNull(UnitStatistics.Shortage(resnet, 2));
    }
}
