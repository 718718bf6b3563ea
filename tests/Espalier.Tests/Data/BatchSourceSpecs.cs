using CsCheck;
using Espalier.Data;
using Espalier.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Data;

public class BatchSourceSpecs
{
    private static readonly Normalization s_colour = Normalization.Cifar10;
    private static readonly Normalization s_grey = Normalization.FashionMnist;

    [Fact]
    public void Every_image_is_a_window_of_its_padded_source() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[4, 7], Gen.Int[4, 7], Gen.Bool, Gen.Int[0, 2], Gen.Bool, Gen.Bool)
            .Sample(
                (count, height, width, colour, padding, flip, gather) =>
                {
                    ImageSet set = Distinct(count, height, width, colour ? 3 : 1);
                    Normalization normalization = colour ? s_colour : s_grey;
                    using BatchSource source = new(set, normalization, new Augmentation(flip, padding), CPU, ScalarType.Float32, gather);
                    List<int> seen = [];
                    foreach (Batch batch in source.Epoch(new RandomStream(count, "oracle", height), Math.Min(7, count)))
                    {
                        using (batch)
                        {
                            float[] values = Values(batch);
                            for (int i = 0; i < batch.Count; i++)
                            {
                                int image = PaddedWindows.Source(
                                    set,
                                    normalization,
                                    padding,
                                    flip,
                                    values.AsSpan(i * set.ImageSize, set.ImageSize)
                                );
                                Assert.True(image >= 0, "not a window of any image");
                                Assert.Equal(set.Labels.Span[image], batch.Labels[i].item<long>());
                                seen.Add(image);
                            }
                        }
                    }
                    Assert.Equal(Enumerable.Range(0, count), seen.Order());
                },
                iter: 150
            );

    [Fact]
    public void The_gather_gives_the_bits_of_the_table()
    {
        ImageSet set = Samples.Set(50, 9, 7, 3);
        foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16, ScalarType.Float64 })
        {
            using BatchSource written = new(set, s_colour, Augmentation.Standard, CPU, type, gather: false),
                gathered = new(set, s_colour, Augmentation.Standard, CPU, type, gather: true);
            Assert.Equal(Everything(written.Epoch(new RandomStream(1, "x"), 16)), Everything(gathered.Epoch(new RandomStream(1, "x"), 16)));
            Assert.Equal(Everything(written.InOrder(16)), Everything(gathered.InOrder(16)));
        }
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Batches_after_those_that_are_skipped_are_what_they_are_without_and_skipped_images_are_not_made(bool gather, bool isInMemory)
    {
        ImageSet kept = Samples.Set(50, 9, 7, 3);
        var pixels = new CountedPixels(kept);
        ImageSet set = isInMemory ? kept : new(kept.Name, kept.Classes, 3, 9, 7, pixels, kept.Labels);
        using BatchSource source = new(set, s_colour, Augmentation.Standard, CPU, ScalarType.Float32, gather);
        foreach (bool dropLast in new[] { false, true })
        {
            float[] all = Everything(source.Epoch(new RandomStream(1, "x"), 16, dropLast));
            for (int skip = 0; skip <= 5; skip++)
            {
                pixels.Read = 0;
                float[] rest = Everything(source.Epoch(new RandomStream(1, "x"), 16, dropLast, skip));
                Assert.Equal(all.Skip(skip * 16 * set.ImageSize), rest);
                Assert.Equal(isInMemory ? 0 : rest.Length / set.ImageSize, pixels.Read);
            }
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Epoch(new RandomStream(1, "x"), 16, skip: -1));
    }

    private sealed class CountedPixels(ImageSet set) : IPixels
    {
        private int _read;

        public int Read
        {
            get => _read;
            set => _read = value;
        }

        public int Threads => 2;

        void IPixels.Read(int image, WindowChoice? choose, Span<byte> target)
        {
            Interlocked.Increment(ref _read);
            set.Read(image, target);
        }
    }

    [Fact]
    public void Images_without_augmentation_are_the_original_ones()
    {
        ImageSet set = Samples.Set(10, 5, 4, 3);
        using BatchSource source = new(set, s_colour, Augmentation.Standard, CPU, ScalarType.Float32);
        float[] values = Everything(source.InOrder(4));
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(PaddedWindows.Normalized(set.Pixels.Span[i], i % 3, s_colour), values[i]);
    }

    [Fact]
    public void The_same_stream_gives_the_same_bits_and_another_does_not()
    {
        using BatchSource source = new(Samples.Set(40, 8, 8, 3), s_colour, Augmentation.Standard, CPU, ScalarType.BFloat16);
        float[] first = Everything(source.Epoch(new RandomStream(3, "A.data", 5), 16));
        Assert.Equal(first, Everything(source.Epoch(new RandomStream(3, "A.data", 5), 16)));
        Assert.NotEqual(first, Everything(source.Epoch(new RandomStream(3, "A.data", 6), 16)));
    }

    [Fact]
    public void What_an_image_looks_like_does_not_depend_on_the_batch_size()
    {
        using BatchSource source = new(Samples.Set(40, 8, 8, 3), s_colour, Augmentation.Standard, CPU, ScalarType.Float32);
        Assert.Equal(Everything(source.Epoch(new RandomStream(3, "d"), 1)), Everything(source.Epoch(new RandomStream(3, "d"), 40)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_placements_are_equally_likely(bool gather)
    {
        ImageSet set = Distinct(1, 5, 5, 1);
        using BatchSource source = new(set, s_grey, new Augmentation(true, 1), CPU, ScalarType.Float32, gather);
        Dictionary<string, int> counts = [];
        for (int epoch = 0; epoch < 1800; epoch++)
        {
            string key = string.Join(',', Everything(source.Epoch(new RandomStream(1, "uniform", epoch), 1)));
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        Assert.Equal(18, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 60, 145)); // 100 expected, standard deviation 10
    }

    [Theory]
    [InlineData(10, false, new[] { 10, 10, 5 })]
    [InlineData(10, true, new[] { 10, 10 })]
    [InlineData(25, true, new[] { 25 })]
    [InlineData(24, false, new[] { 24, 1 })]
    public void Batches_have_the_sizes_asked_for(int batchSize, bool dropLast, int[] expected)
    {
        using BatchSource source = new(Samples.Set(25, 2, 2, 1), s_grey, Augmentation.None, CPU, ScalarType.Float32);
        List<int> sizes = [];
        foreach (Batch batch in source.Epoch(new RandomStream(1, "s"), batchSize, dropLast))
            using (batch)
                sizes.Add(batch.Count);
        Assert.Equal(expected, sizes);
        Assert.Equal(expected.Length, source.BatchesPerEpoch(batchSize, dropLast));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batches_are_channels_last_and_leave_nothing_in_the_callers_scope(bool gather)
    {
        using BatchSource source = new(Samples.Set(8, 5, 6, 3), s_colour, Augmentation.Standard, CPU, ScalarType.BFloat16, gather);
        using DisposeScope outer = NewDisposeScope();
        foreach (Batch batch in source.Epoch(new RandomStream(1, "s"), 4))
        {
            using (batch)
            {
                Assert.Equal([4, 3, 5, 6], batch.Images.shape);
                Assert.Equal([90, 1, 18, 3], batch.Images.stride());
                Assert.Equal(ScalarType.BFloat16, batch.Images.dtype);
                Assert.Equal(ScalarType.Int64, batch.Labels.dtype);
                Assert.Equal([4], batch.Labels.shape);
                using DisposeScope inner = NewDisposeScope();
            }
            Assert.True(batch.Images.IsInvalid && batch.Labels.IsInvalid);
        }
        Assert.Equal(0, outer.DisposablesCount);
    }

    private static ImageSet Distinct(int count, int height, int width, int channels)
    {
        // No zero inside, so that the black border cannot be mistaken for a pixel.
        byte[] pixels =
        [
            .. Samples
                .Random($"distinct/{count}/{height}/{width}/{channels}", count * height * width * channels)
                .Select(b => Math.Max((byte)1, b)),
        ];
        return new ImageSet(
            "distinct",
            Samples.Ten,
            channels,
            height,
            width,
            pixels,
            Enumerable.Range(0, count).Select(i => (byte)(i * 7 % 10)).ToArray()
        );
    }

    /// <summary>Values in N, H, W, C order.</summary>
    private static float[] Values(Batch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return batch.Images.permute(0, 2, 3, 1).to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    internal static float[] Everything(IEnumerable<Batch> batches)
    {
        List<float> all = [];
        foreach (Batch batch in batches)
            using (batch)
                all.AddRange(Values(batch));
        return [.. all];
    }
}
