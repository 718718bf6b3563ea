using System.Security.Cryptography;
using CsCheck;
using Espalier.Data;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Data;

public class ImageSetSpecs
{
    [Fact]
    public void Statistics_are_those_of_brute_force_in_float64() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 4])
            .Sample(
                (count, height, width, channels) =>
                {
                    ImageSet set = Samples.Set(count, height, width, channels);
                    ChannelStatistics statistics = set.Statistics();
                    for (int c = 0; c < channels; c++)
                    {
                        double[] values = [.. set.Pixels.ToArray().Where((_, i) => i % channels == c).Select(v => v / 255.0)];
                        double mean = values.Average();
                        Assert.Equal(mean, statistics.Mean[c], 1e-12);
                        Assert.Equal(Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), statistics.Std[c], 1e-12);
                    }
                },
                iter: 200
            );

    [Fact]
    public void Equal_pixels_deviate_by_exactly_zero() =>
        Assert.Equal(
            [0.0],
            new ImageSet("flat", ["a"], 1, 100, 100, Enumerable.Repeat((byte)77, 10_000).ToArray(), new byte[1]).Statistics().Std
        );

    [Fact]
    public void A_subset_shares_memory_and_keeps_labels_beside_their_images()
    {
        ImageSet set = Samples.Set(20, 2, 3, 3),
            part = set.Subset(5..^3);
        Assert.Equal(12, part.Count);
        Assert.True(part.Pixels.Span.Overlaps(set.Pixels.Span));
        Assert.Equal(set.Pixels.Slice(5 * 18, 12 * 18).ToArray(), part.Pixels.ToArray());
        Assert.Equal(set.Labels.Slice(5, 12).ToArray(), part.Labels.ToArray());
        Assert.Equal(set.Take(4).Labels.ToArray(), set.Labels[..4].ToArray());
    }

    [Fact]
    public void The_digest_names_content_and_nothing_else()
    {
        ImageSet set = new("one", ["a", "b"], 1, 2, 3, new byte[12], new byte[] { 0, 1 });
        Assert.Equal(64, set.Digest.Length);
        Assert.Equal(set.Digest, new ImageSet("two", ["c", "d"], 1, 2, 3, new byte[12], new byte[] { 0, 1 }).Digest);
        byte[] changed = new byte[12];
        changed[11] = 1;
        ImageSet[] others =
        [
            new("one", ["a", "b"], 1, 2, 3, changed, new byte[] { 0, 1 }),
            new("one", ["a", "b"], 1, 2, 3, new byte[12], new byte[] { 1, 0 }),
            new("one", ["a", "b"], 1, 3, 2, new byte[12], new byte[] { 0, 1 }),
            new("one", ["a", "b"], 3, 2, 1, new byte[12], new byte[] { 0, 1 }),
            new("one", ["a", "b", "c"], 1, 2, 3, new byte[12], new byte[] { 0, 1 }),
            set.Take(1),
            set.Subset(1..),
        ];
        Assert.Equal(others.Length + 1, others.Append(set).Select(other => other.Digest).Distinct().Count());
        Normalization plain = new([0f], [1f]),
            shifted = new([0.1f], [1f]),
            scaled = new([0f], [0.9f]);
        DataSet[] data =
        [
            new("x", set, others[0], plain),
            new("x", others[0], set, plain),
            new("x", set, others[0], shifted),
            new("x", set, others[0], scaled),
        ];
        Assert.Equal(data.Length, data.Select(one => one.Digest).Distinct().Count());
        Assert.Equal(data[0].Digest, (data[0] with { Name = "y" }).Digest);
    }

    [Fact]
    public void Digests_of_up_to_256_classes_are_of_labels_as_bytes()
    {
        // Those that folders of results hold were made so: sizes as 32 bits each, a byte a label, the pixels.
        byte[] hashed = [2, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 255, 3, 77, 78];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(hashed)), Of(256, 255, 3).Digest);
    }

    [Theory]
    [InlineData(257)]
    [InlineData(1000)]
    [InlineData(70_000)]
    public void Labels_go_as_far_as_there_are_classes(int classes)
    {
        ImageSet set = Of(classes, classes - 1, 1);
        Assert.Equal([classes - 1, 1], set.Labels.ToArray());
        Assert.Equal(1, set.ClassCounts()[classes - 1]);
        // Labels that agree in their last byte are different ones.
        Assert.NotEqual(set.Digest, Of(classes, (classes - 1) % 256, 1).Digest);
        foreach (bool gather in new[] { false, true })
        {
            using var source = new BatchSource(set, new([0f], [1f]), Augmentation.None, CPU, ScalarType.Float32, gather);
            using Batch batch = Assert.Single(source.InOrder(2));
            Assert.Equal([classes - 1, 1L], batch.Labels.data<long>().ToArray());
        }
        Assert.Contains($"label {classes}", Assert.Throws<InputException>(() => Of(classes, classes, 1)).Message);
    }

    private static ImageSet Of(int classes, params int[] labels) =>
        new("many", [.. Enumerable.Range(0, classes).Select(i => $"{i}")], 1, 1, 1, new byte[] { 77, 78 }, labels);

    [Fact]
    public void Class_counts_add_up() => Assert.Equal(500, Samples.Set(500, 1, 1, 1).ClassCounts().Sum());

    [Theory]
    [InlineData(0, 1, 1, 0, 1)]
    [InlineData(1, 0, 1, 0, 1)]
    [InlineData(1, 1, -1, 0, 1)]
    [InlineData(1, 1, 1, 0, 0)]
    [InlineData(1, 1, 1, 2, 1)]
    [InlineData(1, 2, 2, 3, 1)]
    [InlineData(65536, 65536, 1, 0, 1)]
    public void Sizes_that_do_not_fit_are_refused(int channels, int height, int width, int pixels, int labels) =>
        Assert.Throws<InputException>(() => new ImageSet("bad", ["a"], channels, height, width, new byte[pixels], new byte[labels]));

    [Fact]
    public void A_label_without_a_class_is_refused_by_number() =>
        Assert.Contains(
            "Image 2 of set 'bad' has label 9",
            Assert.Throws<InputException>(() => new ImageSet("bad", ["a", "b"], 1, 1, 1, new byte[4], new byte[] { 0, 1, 9, 0 })).Message
        );

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(6)]
    public void More_images_than_there_are_cannot_be_taken(int count) =>
        Assert.Throws<InputException>(() => Samples.Set(5, 1, 1, 1).Take(count));

    [Fact]
    public void Ranges_outside_the_set_are_refused()
    {
        ImageSet set = Samples.Set(5, 1, 1, 1);
        Assert.Throws<InputException>(() => set.Subset(3..3));
        Assert.Throws<InputException>(() => set.Subset(2..6));
        Assert.Throws<InputException>(() => set.Subset(^7..));
    }
}
