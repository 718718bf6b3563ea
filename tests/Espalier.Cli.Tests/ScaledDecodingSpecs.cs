using Espalier.Cli.Tests.Support;
using Espalier.Data;
using Espalier.Images;
using Espalier.Randomness;
using Espalier.Tests.Support;
using SkiaSharp;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Photographs many times larger than needed, decoded at a fraction of their size where that is asked for.</summary>
public sealed class ScaledDecodingSpecs : IDisposable
{
    // Of 256 levels: on the average over an image, and at most at one point.
    private const double MeanTolerance = 2.5,
        MostTolerance = 24;

    private readonly TempFolder _folder = new();

    public ScaledDecodingSpecs()
    {
        // Sides that 8 does not divide.
        for (int c = 0; c < 2; c++)
        for (int i = 0; i < 3; i++)
            _folder.Write($"set/{(i > 1 ? "val" : "train")}/class-{c}/{c}{i}.JPEG", Photograph(1203 + 5 * i, 907 + c, c + 2 * i));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Middles_and_random_parts_are_those_of_the_exact_decoder_within_the_stated_tolerance()
    {
        (DataSet exact, DataSet scaled) = (Open(64, false), Open(64, true));
        Assert.NotEqual(exact.Digest, scaled.Digest);
        var crop = new EpochCrop(new RandomResizedCrop(), flips: true, key: 5);
        foreach ((byte[] a, byte[] b) in Seen(exact.Test, null).Zip(Seen(scaled.Test, null)))
            Near(a, b);
        foreach ((byte[] a, byte[] b) in Seen(exact.Train, crop).Zip(Seen(scaled.Train, crop)))
            Near(a, b);
    }

    [Fact]
    public void What_is_not_twice_too_large_is_decoded_exactly()
    {
        Assert.Equal(Seen(Open(512, false).Test, null), Seen(Open(512, true).Test, null));
        Assert.NotEqual(Seen(Open(160, false).Test, null), Seen(Open(160, true).Test, null));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3.9, 2)]
    [InlineData(4, 4)]
    [InlineData(100, 8)]
    public void A_part_has_the_pixels_of_the_whole_smaller_image(double most, int by)
    {
        byte[] file = Photograph(403, 301, 1);
        var decoder = new ImageDecoder();
        using DecodedWindow whole = decoder.DecodeScaled(file, "", (h, w) => new ImageWindow(0, 0, h, w), _ => most);
        Assert.Equal(((301 + by / 2) / by, (403 + by / 2) / by), (whole.Height, whole.Width));
        using DecodedWindow part = decoder.DecodeScaled(file, "", (_, _) => new ImageWindow(8 * 7, 8 * 5, 8 * 11, 8 * 13), _ => most);
        Assert.Equal((8 * 11 / by, 8 * 13 / by), (part.Height, part.Width));
        for (int y = 0; y < part.Height; y++)
            Assert.Equal(
                whole.Pixels.AsSpan(whole.First + (8 * 7 / by + y) * whole.Stride + 8 * 5 / by * 4, part.Width * 4),
                part.Pixels.AsSpan(part.First + y * part.Stride, part.Width * 4)
            );
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused_as_ever()
    {
        byte[] file = Photograph(403, 301, 1)[..^2000];
        string[] said =
        [
            .. new double[] { 1, 8 }.Select(most =>
                Assert
                    .Throws<InputException>(() =>
                        new ImageDecoder().DecodeScaled(file, "x.jpg", (_, _) => new ImageWindow(0, 0, 40, 40), _ => most)
                    )
                    .Message
            ),
        ];
        Assert.Contains("cut off", said[0]);
        Assert.Equal(said[0], said[1]);
    }

    [Fact]
    public async Task The_command_line_and_grids_take_it_and_what_began_one_way_does_not_go_on_the_other()
    {
        string[] line =
        [
            .. $"train --dataset imagenet:{_folder["set"]} --image-size 16 --model mlp:depth=1,width=4 --batch-size 2 --threads 1".Split(
                ' '
            ),
            "--out",
            _folder["out"],
        ];
        await Shell.MustAsync([.. line, "--epochs", "1", "--decode", "scaled"]);
        ShellResult other = await Shell.RunAsync([.. line, "--epochs", "1"]);
        Assert.Equal(2, other.Code);
        Assert.Contains("holds a training", Assert.Single(other.ErrorLines, text => text.StartsWith("error", StringComparison.Ordinal)));
        Assert.Equal(2, (await Shell.RunAsync([.. line, "--decode", "fast"])).Code);
        Assert.Equal(2, (await Shell.RunAsync("train", "--dataset", "cifar10", "--decode", "scaled", "--out", _folder["x"])).Code);
    }

    private static void Near(byte[] exact, byte[] scaled)
    {
        int[] apart = [.. exact.Zip(scaled, (a, b) => Math.Abs(a - b))];
        Assert.InRange(apart.Average(), 1e-9, MeanTolerance);
        Assert.InRange(apart.Max(), 1, MostTolerance);
    }

    private DataSet Open(int size, bool isScaled) =>
        OwnImages.Open(
            $"imagenet:{_folder["set"]}",
            new OwnImageOptions
            {
                Size = (size, size),
                MostInMemory = 0,
                SkipsDamaged = false,
                ScaledDecoding = isScaled,
            },
            new ImageDecoder()
        );

    private static byte[][] Seen(ImageSet set, EpochCrop? crop)
    {
        using ImagesAhead ahead = set.Ahead([.. Enumerable.Range(0, set.Count)], crop);
        return [.. Enumerable.Range(0, set.Count).Select(_ => ahead.Next().ToArray())];
    }

    /// <summary>Smooth shapes with a grain, as a camera's.</summary>
    private static byte[] Photograph(int width, int height, int seed)
    {
        var random = new RandomStream(seed, "photograph");
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        (double a, double b) = (20 + 9 * seed, 31 + 5 * seed);
        for (int y = 0, at = 0; y < height; y++)
        for (int x = 0; x < width; x++, at += 4)
        {
            int shade = (int)(60 * Math.Sin(x / a) * Math.Cos(y / b)) + random.NextInt(24);
            (pixels[at], pixels[at + 1], pixels[at + 2], pixels[at + 3]) = (
                (byte)(100 + shade),
                (byte)(90 + shade / 2),
                (byte)(150 - shade),
                255
            );
        }
        return bitmap.Encode(SKEncodedImageFormat.Jpeg, 90).ToArray();
    }
}
