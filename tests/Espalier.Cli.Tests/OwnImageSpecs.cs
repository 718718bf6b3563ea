using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Data;
using Espalier.Images;
using Espalier.Randomness;
using Espalier.Training;
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
        Photographs.Write(_folder, "flowers", 12, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp);
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
                .. images.Select(word => word == "--test-share" ? "--split" : word), // its shorter name
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
    public async Task What_of_a_folder_is_not_read_or_not_tested_is_said()
    {
        foreach (string name in new[] { "blue", "green" })
            Photographs.One(_folder, $"some/train/{name}/0.png", new SKColor(60, 30, 40), SKEncodedImageFormat.Png);
        Photographs.One(_folder, "some/val/green/0.png", new SKColor(60, 30, 40), SKEncodedImageFormat.Png);
        foreach (string other in new[] { "train/blue/b.gif", "train/blue/a.TIFF", "train/blue/Thumbs.db" })
            _folder.WriteText($"some/{other}", "");
        ShellResult shown = await Shell.MustAsync("data", "show", "--dataset", $"folder:{_folder["some"]}");
        Assert.Equal(2, shown.ErrorLines.Length);
        Assert.Contains($"2 files below '{_folder["some/train"]}' are left out, such as '{_folder["some/train/blue/a.TIFF"]}'", shown.Err);
        Assert.Contains($"'{_folder["some/val"]}' has no images of 1 class of the training images, such as 'blue'", shown.Err);
    }

    [Fact]
    public async Task A_network_sees_other_images_by_the_constants_that_it_was_trained_with()
    {
        Photographs.Write(_folder, "flowers", 6, SKEncodedImageFormat.Png);
        foreach (string name in new[] { "blue", "green", "red" })
        foreach (string part in new[] { "train", "test" })
            Photographs.One(_folder, $"dark/{part}/{name}/0.png", new SKColor(60, 30, 40), SKEncodedImageFormat.Png);
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
    public async Task Whatever_begins_with_a_network_sees_images_as_it_did_and_hands_its_constants_on()
    {
        Photographs.Write(_folder, "flowers", 6, SKEncodedImageFormat.Png);
        foreach (string name in new[] { "blue", "green", "red" })
        foreach (string part in new[] { "train", "test" })
        foreach (int i in new[] { 0, 1, 2 })
            Photographs.One(_folder, $"dark/{part}/{name}/{i}.png", new SKColor(60, 30, 40), SKEncodedImageFormat.Png);
        string[] usual = ["--image-size", "8", "--threads", "1", "--batch-size", "4", "--quiet"],
            flowers = ["--dataset", $"folder:{_folder["flowers"]}", .. usual],
            dark = ["--dataset", $"folder:{_folder["dark"]}", .. usual];
        foreach ((string name, string[] images) in new[] { ("A", flowers), ("B", dark) })
            await Shell.MustAsync([
                .. new[] { "train", "--name", name, "--epochs", "1", "--model", "mlp:depth=1,width=8", "--out", _folder[name] },
                .. images,
            ]);
        (string a, string b) = (_folder["A/weights.safetensors"], _folder["B/weights.safetensors"]);
        (string seen, string own) = (
            $"{Open("flowers", new() { Size = (8, 8) }).Normalization}",
            $"{Open("dark", new() { Size = (8, 8) }).Normalization}"
        );
        string[][] commands =
        [
            ["prune", a, "--sparsity", "0.5", "--round-epochs", "1", "--out", _folder["prune"]],
            ["train", "--from", a, "--epochs", "1", "--out", _folder["more"]],
            ["barrier", a, b, "--points", "3", "--out", _folder["barrier"]],
            ["repair", a, b, "--correction", "none", "--out", _folder["merged.safetensors"]],
            ["diversity", a, b],
        ];
        foreach (string[] command in commands)
        {
            string[] images = command[0] is "prune" or "train" ? dark : [.. dark.Where(word => word is not ("--batch-size" or "4"))];
            ShellResult done = await Shell.MustAsync([.. command, .. images]);
            Assert.Contains(done.ErrorLines, line => line.Contains($"normalised by {seen}, as '{a}' was trained, not by {own}"));
            string other = $"'{b}' was trained with images normalised by {own}; here it sees them as '{a}' does, by {seen}";
            Assert.Equal(command[0] is "barrier" or "repair", done.ErrorLines.Any(line => line.Contains(other)));
        }
        foreach (string file in new[] { "prune/sparsity-0.5/weights.safetensors", "more/weights.safetensors" })
            Assert.Equal(seen, $"{TrainingFacts.Of(_folder[file]).Normalization}");
        // With the constants that the images have themselves, named, another network comes out.
        await Shell.MustAsync(["train", "--from", a, "--epochs", "1", "--out", _folder["named"], "--normalization", own, .. dark]);
        Assert.NotEqual(File.ReadAllBytes(_folder["named/weights.safetensors"]), File.ReadAllBytes(_folder["more/weights.safetensors"]));
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
            Photographs.One(_folder, $"tiny/train/{name}/images/{name}_0.png", SKColors.Red, SKEncodedImageFormat.Png);
            Photographs.One(_folder, $"tiny/val/images/val_{name}.png", SKColors.Blue, SKEncodedImageFormat.Png);
        }
        _folder.WriteText("tiny/val/val_annotations.txt", "val_n02.png\tn02\t0\t0\t62\t62\nval_n01.png\tn01\t0\t0\t62\t62\n");
        DataSet tiny = Open("tiny");
        Assert.Equal([1, 0], tiny.Test.Labels.ToArray());
        Assert.Equal([0, 1], tiny.Train.Labels.ToArray());
        Photographs.One(_folder, "two/train/a/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Photographs.One(_folder, "two/train/b/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Photographs.One(_folder, "two/test/b/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Assert.Equal([1], Open("two").Test.Labels.ToArray());
        Photographs.One(_folder, "two/test/c/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Assert.Contains("no class of the training images", Assert.Throws<InputException>(() => Open("two")).Message);
    }

    [Fact]
    public void The_split_is_the_seeds_and_takes_a_share_of_every_class()
    {
        Photographs.Write(_folder, "flowers", 8, SKEncodedImageFormat.Png);
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

    private DataSet Open(string name, OwnImageOptions? options = null) =>
        OwnImages.Open($"folder:{_folder[name]}", options ?? new(), new ImageDecoder());
}
