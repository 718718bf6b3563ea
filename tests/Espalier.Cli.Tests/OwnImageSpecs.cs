using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Data;
using Espalier.Images;
using Espalier.Randomness;
using SkiaSharp;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A user's own images, from folders of files, to a trained network.</summary>
public sealed class OwnImageSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_network_is_trained_pruned_matched_and_evaluated_on_a_folder_of_images()
    {
        Photos("flowers", 12, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp);
        string[] images =
        [
            "--dataset",
            $"folder:{_folder["flowers"]}",
            "--image-size",
            "16",
            "--test-share",
            "0.25",
            "--threads",
            "1",
            "--quiet",
        ];
        foreach (string name in new[] { "A", "B" })
            await Shell.MustAsync([
                "train",
                "--name",
                name,
                "--epochs",
                "3",
                "--batch-size",
                "9",
                "--model",
                "mlp:depth=1,width=16",
                "--out",
                _folder[name],
                .. images,
            ]);
        JsonElement found = (await Shell.MustAsync(["evaluate", _folder["A/weights.safetensors"], "--json", .. images])).Json();
        Assert.Equal(9, found.GetProperty("images").GetInt32());
        Assert.True(found.GetProperty("accuracy_percent").GetDouble() > 80, $"{found}");
        await Shell.MustAsync([
            "match",
            _folder["A/weights.safetensors"],
            _folder["B/weights.safetensors"],
            "--match-images",
            "27",
            "--out",
            _folder["pi.safetensors"],
            .. images,
        ]);
        JsonElement shown = (
            await Shell.MustAsync(["data", "show", "--json", "--channels", "1", "--test-images", "4", .. images[..6]])
        ).Json();
        Assert.Equal("flowers", shown.GetProperty("name").GetString());
        Assert.Equal(1, shown.GetProperty("train").GetProperty("channels").GetInt32());
        Assert.Equal(4, shown.GetProperty("test").GetProperty("count").GetInt32());
        Assert.Equal(["blue", "green", "red"], shown.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task A_network_sees_other_images_by_the_constants_that_it_was_trained_with()
    {
        Photos("flowers", 6, SKEncodedImageFormat.Png);
        foreach (string name in new[] { "blue", "green", "red" })
        foreach (string part in new[] { "train", "test" })
            Picture($"dark/{part}/{name}/0.png", new SKColor(60, 30, 40), SKEncodedImageFormat.Png);
        string[] size = ["--image-size", "8", "--threads", "1", "--quiet"],
            flowers = ["--dataset", $"folder:{_folder["flowers"]}", .. size],
            dark = ["evaluate", _folder["A/weights.safetensors"], "--json", "--dataset", $"folder:{_folder["dark"]}", .. size];
        await Shell.MustAsync([
            "train",
            "--epochs",
            "1",
            "--batch-size",
            "5",
            "--model",
            "mlp:depth=1,width=8",
            "--out",
            _folder["A"],
            .. flowers,
        ]);
        DataSet set = Open("flowers", new() { Size = (8, 8) });
        ShellResult kept = await Shell.MustAsync(dark);
        Assert.Contains($"normalised by {set.Normalization}", Assert.Single(kept.ErrorLines));
        ShellResult named = await Shell.MustAsync([.. dark, "--normalization", $"{set.Normalization}"]);
        Assert.Equal(named.Out, kept.Out);
        ShellResult own = await Shell.MustAsync([.. dark, "--normalization", $"{Open("dark").Normalization}"]);
        Assert.NotEqual(own.Out, kept.Out);
        Assert.Empty((await Shell.MustAsync(["evaluate", _folder["A/weights.safetensors"], .. flowers])).ErrorLines);
    }

    [Fact]
    public void Lossless_files_come_back_bit_for_bit_and_transparency_is_left_out()
    {
        foreach (SKAlphaType alpha in new[] { SKAlphaType.Opaque, SKAlphaType.Unpremul })
        {
            var random = new RandomStream(0, "png");
            using SKBitmap bitmap = new(new SKImageInfo(5, 3, SKColorType.Rgba8888, alpha));
            for (int y = 0; y < 3; y++)
            for (int x = 0; x < 5; x++)
                bitmap.SetPixel(
                    x,
                    y,
                    new SKColor((byte)random.NextInt(256), (byte)random.NextInt(256), (byte)random.NextInt(256), (byte)(x == 0 ? 128 : 255))
                );
            byte[] png = bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
            ColourImage image = new ImageDecoder().Decode(png, "a.png");
            Assert.Equal((3, 5), (image.Height, image.Width));
            for (int i = 0; i < 15; i++)
                Assert.Equal(bitmap.GetPixel(i % 5, i / 5).Red, image.Pixels[3 * i]);
        }
    }

    [Fact]
    public void The_layout_of_Tiny_ImageNet_and_parts_for_test_images_are_read()
    {
        foreach (string name in new[] { "n01", "n02" })
        {
            Picture($"tiny/train/{name}/images/{name}_0.png", SKColors.Red, SKEncodedImageFormat.Png);
            Picture($"tiny/val/images/val_{name}.png", SKColors.Blue, SKEncodedImageFormat.Png);
        }
        _folder.WriteText("tiny/val/val_annotations.txt", "val_n02.png\tn02\t0\t0\t62\t62\nval_n01.png\tn01\t0\t0\t62\t62\n");
        DataSet tiny = Open("tiny");
        Assert.Equal([1, 0], tiny.Test.Labels.ToArray());
        Assert.Equal([0, 1], tiny.Train.Labels.ToArray());
        Picture("two/train/a/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Picture("two/train/b/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Picture("two/test/b/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Assert.Equal([1], Open("two").Test.Labels.ToArray());
        Picture("two/test/c/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Assert.Contains("no class of the training images", Assert.Throws<InputException>(() => Open("two")).Message);
    }

    [Fact]
    public void The_split_is_the_seeds_and_takes_a_share_of_every_class()
    {
        Photos("flowers", 8, SKEncodedImageFormat.Png);
        DataSet one = Open("flowers", new() { TestShare = 0.25, Size = (8, 8) });
        Assert.Equal([2, 2, 2], one.Test.ClassCounts());
        Assert.Equal(one.Digest, Open("flowers", new() { TestShare = 0.25, Size = (8, 8) }).Digest);
        Assert.NotEqual(
            one.Digest,
            Open(
                "flowers",
                new()
                {
                    TestShare = 0.25,
                    SplitSeed = 1,
                    Size = (8, 8),
                }
            ).Digest
        );
    }

    public static TheoryData<string, byte[], string> Faults =>
        new()
        {
            { "empty", [], "an empty file" },
            { "text", "no picture at all, but a text"u8.ToArray(), "is no image" },
            { "gif", "GIF89a and more"u8.ToArray(), "a GIF image" },
            { "sixteen", Png(1, 1, 16), "16 bits a channel" },
            { "bomb", Png(40_000, 40_000, 8), "40000x40000" },
            { "cmyk", Jpeg(8, 4), "CMYK" },
            { "twelve", Jpeg(12, 3), "12 bits a channel" },
            { "huge", Jpeg(8, 3, 0xffff), "65535x65535" },
            { "headless", [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0], "cut off" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_file_that_is_no_image_of_bytes_is_refused_by_its_name(string name, byte[] file, string expected)
    {
        Photos("bad", 2, SKEncodedImageFormat.Png);
        string path = _folder.Write($"bad/red/{name}.jpg", file);
        ShellResult said = await Shell.RunAsync("data", "show", "--dataset", $"folder:{_folder["bad"]}", "--image-size", "8");
        Assert.Equal(2, said.Code);
        string sentence = Assert.Single(said.ErrorLines);
        Assert.Contains(path, sentence);
        Assert.Contains(expected, sentence);
    }

    [Fact]
    public void Every_cut_of_a_photograph_is_refused()
    {
        foreach (SKEncodedImageFormat format in new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp })
        {
            byte[] whole = Encoded(SKColors.Red, format, 24);
            for (int length = 0; length < whole.Length * 3 / 4; length += 5)
                Assert.Throws<InputException>(() => new ImageDecoder().Decode(whole[..length], "cut"));
        }
    }

    [Fact]
    public void Three_thousand_damaged_images_are_decoded_or_refused()
    {
        byte[][] seeds =
        [
            Encoded(SKColors.Red, SKEncodedImageFormat.Jpeg, 20),
            Encoded(SKColors.Green, SKEncodedImageFormat.Png, 20),
            Encoded(SKColors.Blue, SKEncodedImageFormat.Webp, 20),
        ];
        int whole = 0;
        var decoder = new ImageDecoder();
        for (int i = 0; i < 3000; i++)
        {
            RandomStream random = new(2, "images", i);
            byte[] bytes = [.. seeds[i % seeds.Length]];
            for (int k = 0; k <= random.NextInt(4); k++)
                bytes[random.NextInt(bytes.Length)] = (byte)random.NextInt(256);
            try
            {
                ColourImage image = decoder.Decode(bytes, "the-file");
                Assert.Equal(image.Height * image.Width * 3, image.Pixels.Length);
                whole++;
            }
            catch (InputException fault)
            {
                Assert.Contains("'the-file'", fault.Message);
            }
        }
        Assert.InRange(whole, 1, 2999);
    }

    [Theory]
    [InlineData("--dataset folder:{nowhere}", "no folder")]
    [InlineData("--dataset folder:{one}", "1 folder")]
    [InlineData("--dataset folder:{hollow}", "holds no image")]
    [InlineData("--dataset folder:{sizes}", "--image-size")]
    [InlineData("--dataset folder:{sizes} --image-size 0", "0x0")]
    [InlineData("--dataset folder:{sizes} --image-size wide", "wide")]
    [InlineData("--dataset folder:{sizes} --image-size 8 --channels 2", "2 channels")]
    [InlineData("--dataset folder:{sizes} --image-size 8 --test-share 1", "share of 1")]
    [InlineData("--dataset folder:{sizes} --image-size 8 --data x", "--data")]
    [InlineData("--dataset folder: --image-size 8", "names no images")]
    [InlineData("--dataset arrays:{nowhere}", "no such file")]
    [InlineData("--dataset arrays:{nowhere} --image-size 8", "--image-size")]
    [InlineData("--image-size 8", "images of your own")]
    public async Task Folders_and_options_that_cannot_be_are_refused(string line, string expected)
    {
        Picture("one/a/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Picture("hollow/a/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        _folder.WriteText("hollow/b/readme.txt", "none");
        foreach (string name in new[] { "a", "b" })
        foreach (int side in new[] { 4, 6 })
            _folder.Write($"sizes/{name}/{side}.png", Encoded(SKColors.Red, SKEncodedImageFormat.Png, side));
        string[] words =
        [
            .. line.Split(' ')
                .Select(word => word.Contains('{') ? $"{word[..word.IndexOf('{')]}{_folder[word[(word.IndexOf('{') + 1)..^1]]}" : word),
        ];
        ShellResult said = await Shell.RunAsync(["data", "show", .. words]);
        Assert.Equal(2, said.Code);
        Assert.Contains(expected, Assert.Single(said.ErrorLines));
    }

    private DataSet Open(string name, OwnImageOptions? options = null) =>
        OwnImages.Open($"folder:{_folder[name]}", options ?? new(), new ImageDecoder());

    /// <summary>Three classes, each of one colour with a grain.</summary>
    private void Photos(string folder, int each, params SKEncodedImageFormat[] formats)
    {
        (string, SKColor)[] classes = [("red", SKColors.Red), ("green", SKColors.Green), ("blue", SKColors.Blue)];
        foreach ((string name, SKColor colour) in classes)
            for (int i = 0; i < each; i++)
                _folder.Write(
                    $"{folder}/{name}/{i}.{$"{formats[i % formats.Length]}".ToLowerInvariant()}",
                    Encoded(colour, formats[i % formats.Length], 18 + i)
                );
    }

    private void Picture(string path, SKColor colour, SKEncodedImageFormat format) => _folder.Write(path, Encoded(colour, format, 8));

    private static byte[] Encoded(SKColor colour, SKEncodedImageFormat format, int side)
    {
        var random = new RandomStream(side, "grain");
        using SKBitmap bitmap = new(new SKImageInfo(side + 3, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < side; y++)
        for (int x = 0; x < side + 3; x++)
            bitmap.SetPixel(x, y, new SKColor(Grain(colour.Red), Grain(colour.Green), Grain(colour.Blue)));
        return bitmap.Encode(format, 90).ToArray();

        byte Grain(byte value) => (byte)Math.Clamp(value + random.NextInt(60) - 30, 0, 255);
    }

    /// <summary>The beginning of a PNG file.</summary>
    private static byte[] Png(int width, int height, byte bits)
    {
        byte[] file = new byte[64];
        byte[] start = [0x89, .. "PNG"u8, 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8];
        start.CopyTo(file, 0);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        (file[24], file[25]) = (bits, 2);
        return file;
    }

    /// <summary>The beginning of a JPEG file.</summary>
    private static byte[] Jpeg(byte bits, byte channels, ushort side = 16) =>
        [0xff, 0xd8, 0xff, 0xc0, 0, 17, bits, (byte)(side >> 8), (byte)side, (byte)(side >> 8), (byte)side, channels, .. new byte[32]];
}
