using System.Security.Cryptography;
using Espalier.Data;
using Xunit;

namespace Espalier.Tests.Data;

public class EmbeddedDataSpecs
{
    private static readonly DataSet s_data = DataSets.Open("fashion-mnist-10k");

    [Fact]
    public void It_has_10000_and_10000_images_of_28_by_28()
    {
        foreach (ImageSet set in new[] { s_data.Train, s_data.Test })
        {
            Assert.Equal((10_000, 28, 28, 1), (set.Count, set.Height, set.Width, set.Channels));
            Assert.Equal(10, set.Classes.Count);
        }
        Assert.Equal("fashion-mnist-10k", s_data.Name);
    }

    [Fact]
    public void Classes_are_balanced()
    {
        Assert.Equal([942, 1027, 1016, 1019, 974, 989, 1021, 1022, 990, 1000], s_data.Train.ClassCounts());
        Assert.All(s_data.Test.ClassCounts(), count => Assert.Equal(1000, count));
    }

    [Fact]
    public void Its_bytes_are_those_of_the_official_files()
    {
        // Sums of the 10,000 test labels and images without their IDX headers.
        Assert.Equal(
            "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
            Convert.ToHexStringLower(SHA256.HashData(Bytes(s_data.Test.Labels)))
        );
        Assert.Equal(
            "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
            Convert.ToHexStringLower(SHA256.HashData(s_data.Test.Pixels.Span))
        );
        Assert.Equal(
            "1022e4632874e71bb84d924c475e6a3428a2deeb8c5a0f612a015c97e4fce7f0",
            Convert.ToHexStringLower(SHA256.HashData(Bytes(s_data.Train.Labels)))
        );
        Assert.Equal(
            "2929ae1c7b89e0ee6587bbe4911fd5f0a5dafe21ae6ed9b737173cbfe20c12c9",
            Convert.ToHexStringLower(SHA256.HashData(s_data.Train.Pixels.Span))
        );
    }

    [Fact]
    public void No_test_image_is_a_training_image()
    {
        HashSet<string> train = [.. Images(s_data.Train)];
        Assert.DoesNotContain(Images(s_data.Test), train.Contains);
    }

    [Fact]
    public void The_licence_travels_with_it() => Assert.Contains("2017 Zalando SE", EmbeddedData.License);

    private static byte[] Bytes(ReadOnlyMemory<int> labels) => Array.ConvertAll(labels.ToArray(), label => (byte)label);

    private static IEnumerable<string> Images(ImageSet set) =>
        Enumerable.Range(0, set.Count).Select(i => Convert.ToBase64String(SHA256.HashData(set.Pixels.Span.Slice(i * 784, 784))));
}
