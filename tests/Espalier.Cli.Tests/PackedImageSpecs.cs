using Espalier.Cli.Tests.Support;
using Espalier.Data;
using Espalier.Images;
using Espalier.Tests.Support;
using SkiaSharp;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A folder of images in one file: the same images in the same order, whole or refused, and gone on with after a kill.</summary>
public sealed class PackedImageSpecs : IDisposable
{
    private static readonly string[] s_classes = ["n01440764", "n01443537", "n02084071"];
    private readonly TempFolder _folder = new();

    public PackedImageSpecs()
    {
        for (int c = 0; c < s_classes.Length; c++)
        for (int i = 0; i < 9; i++)
            _folder.Write(
                $"set/{(i > 6 ? "val" : "train")}/{s_classes[c]}/{s_classes[c]}_{i}.JPEG",
                Photographs.Encoded(SKColors.Orange, SKEncodedImageFormat.Jpeg, i % 3 == 0 ? 60 + i + c : 20 + i + c)
            );
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_not_too_large_is_seen_to_the_bit_as_from_its_folder()
    {
        Pack(100);
        (DataSet folder, DataSet packed) = (Open($"imagenet:{_folder["set"]}"), Open($"packed:{_folder["all"]}"));
        Assert.Equal(folder.Train.Classes, packed.Train.Classes);
        Assert.Equal(folder.Train.Labels, packed.Train.Labels);
        Assert.Equal(folder.Test.Labels, packed.Test.Labels);
        var crop = new EpochCrop(new RandomResizedCrop(), true, 3);
        Assert.Equal(Seen(folder.Train, crop), Seen(packed.Train, crop));
        Assert.Equal(Seen(folder.Test, null), Seen(packed.Test, null));
        Assert.Null(packed.Packing);
        // It is other files all the same, which a checksum names.
        Assert.NotEqual(folder.Digest, packed.Digest);
        File.Move(_folder["all"], _folder["elsewhere"]);
        Assert.Equal(packed.Digest, Open($"packed:{_folder["elsewhere"]}").Digest);
    }

    [Fact]
    public void What_is_too_large_is_resized_as_torchvision_does_and_its_shape_kept()
    {
        Pack(32);
        Assert.Equal("32 pixels, JPEG quality 90", Open($"packed:{_folder["all"]}").Packing);
        using var file = PackedFile.Open(_folder["all"]);
        var decoder = new ImageDecoder();
        int smaller = 0;
        foreach (PackedImage image in file.Content.Train.Concat(file.Content.Test))
        {
            string path = _folder.Files().Single(name => name.EndsWith(image.Name, StringComparison.Ordinal));
            byte[] source = File.ReadAllBytes(_folder[path]);
            ColourImage before = decoder.Decode(source, path);
            using RentedBytes bytes = file.Image(image);
            if (before.Height <= 32)
            {
                Assert.Equal(source, bytes.Memory.ToArray());
                continue;
            }
            smaller++;
            ColourImage after = decoder.Decode(bytes.Memory.ToArray(), path);
            Assert.Equal((32, 32 * before.Width / before.Height), (after.Height, after.Width));
            ColourImage exact = Resampling.Resize(before, after.Height, after.Width);
            // What JPEG changes at quality 90.
            Assert.InRange(exact.Pixels.Zip(after.Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 8);
        }
        Assert.Equal(9, smaller);
    }

    [Fact]
    public void Who_was_killed_anywhere_goes_on_to_the_same_bytes_and_no_image_is_encoded_twice()
    {
        Pack(32);
        byte[] whole = File.ReadAllBytes(_folder["all"]);
        var random = new Randomness.RandomStream(0, "kills");
        for (int i = 0; i < 12; i++)
        {
            int length = random.NextInt(whole.Length);
            byte[] left = whole[..length];
            if (i % 3 == 2 && length > 0)
                left[random.NextInt(length)] ^= 4; // a disk that lost a bit as well
            _folder.Write("again.packing", left);
            var counted = new CountingEncoder();
            new ImagePacking(new ImageDecoder(), counted) { Side = 32 }.Pack(_folder["set"], _folder["again"]);
            Assert.Equal(whole, File.ReadAllBytes(_folder["again"]));
            Assert.False(File.Exists(_folder["again.packing"]));
            if (i % 3 != 2)
                Assert.InRange(counted.Count, 0, length < PackedFile.HeadLength ? 9 : 9 * (whole.Length - length) / whole.Length + 4);
            File.Delete(_folder["again"]);
        }
    }

    [Fact]
    public void Other_files_or_options_begin_anew()
    {
        Pack(32);
        _folder.Write("again.packing", File.ReadAllBytes(_folder["all"]));
        Pack(24, "again");
        Assert.Equal((21, 6, 3, 24, 90), PackedImages.Check(_folder["again"]));
        Assert.Contains("is there already", Assert.Throws<InputException>(() => Pack(24, "again")).Message);
    }

    [Fact]
    public void Whatever_bit_is_lost_a_check_finds_it_and_reading_never_gives_other_pixels()
    {
        Pack(32);
        Assert.Equal((21, 6, 3, 32, 90), PackedImages.Check(_folder["all"]));
        byte[] whole = File.ReadAllBytes(_folder["all"]);
        DataSet sound = Open($"packed:{_folder["all"]}", 16);
        byte[][] pixels = Seen(sound.Train, null);
        var random = new Randomness.RandomStream(0, "bits");
        for (int i = 0; i < 150; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i < 80 ? whole.Length - 1 - i : random.NextInt(whole.Length)] ^= (byte)(1 << random.NextInt(8));
            _folder.Write("damaged", i % 4 == 3 ? whole[..random.NextInt(whole.Length)] : damaged);
            string message = Assert.Throws<InputException>(() => PackedImages.Check(_folder["damaged"])).Message;
            Assert.DoesNotContain('\n', message);
            try
            {
                Assert.Equal(pixels, Seen(Open($"packed:{_folder["damaged"]}", 16).Train, null));
            }
            catch (InputException)
            {
                // Refused: as good.
            }
        }
    }

    [Fact]
    public void Files_that_are_none_and_images_that_are_too_small_are_refused_with_a_sentence()
    {
        Pack(32);
        Refused(() => Open($"packed:{_folder["set"]}"), "it is a folder");
        Refused(() => Open($"packed:{_folder["none"]}"), "there is no such file");
        _folder.Write(
            "text",
            "a text of no particular length, but longer than any head of a file could be, to be sure of it all"u8.ToArray()
        );
        Refused(() => Open($"packed:{_folder["text"]}"), "no file of packed images");
        Refused(() => Open($"packed:{_folder["all"]}", 64), "pack them with --size 73");
        Refused(
            () => new ImagePacking(new ImageDecoder(), new ImageEncoder()) { Side = 3 }.Pack(_folder["set"], _folder["x"]),
            "8 to 4096"
        );
        Refused(
            () => new ImagePacking(new ImageDecoder(), new ImageEncoder()) { Quality = 0 }.Pack(_folder["set"], _folder["x"]),
            "1 to 100"
        );
    }

    [Fact]
    public async Task The_command_line_packs_checks_and_trains_on_one_file()
    {
        string bad = _folder.Write($"set/train/{s_classes[1]}/{s_classes[1]}_1.JPEG", "no picture, but a text"u8.ToArray());
        ShellResult packed = await Shell.RunAsync("data", "pack", _folder["set"], "-o", _folder["all"], "--size", "32", "--quiet");
        Assert.Equal(0, packed.Code);
        Assert.Single(packed.ErrorLines, text => text.StartsWith($"note: '{bad}'", StringComparison.Ordinal));
        ShellResult found = await Shell.RunAsync("data", "check", _folder["all"]);
        Assert.Equal(0, found.Code);
        Assert.Contains("21 training and 6 test images of 3 classes", found.Out);
        Assert.Contains("quality 90 where made smaller", found.Out);
        ShellResult trained = await Shell.RunAsync([
            .. $"train --dataset packed:{_folder["all"]} --image-size 16 --model mlp:depth=1,width=4 --epochs 1 --batch-size 4".Split(' '),
            "--out",
            _folder["run"],
        ]);
        Assert.Equal(0, trained.Code);
        Assert.Contains("the next image of its class", string.Join(' ', trained.ErrorLines));
        File.WriteAllBytes(_folder["all"], File.ReadAllBytes(_folder["all"])[..^9]);
        ShellResult refused = await Shell.RunAsync("data", "check", _folder["all"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("cut off", string.Join(' ', refused.ErrorLines));
    }

    private sealed class CountingEncoder : IImageEncoder
    {
        private int _count;

        public int Count => _count;

        public byte[] Encode(ColourImage image, int quality)
        {
            Interlocked.Increment(ref _count);
            return new ImageEncoder().Encode(image, quality);
        }
    }

    private static void Refused(Action action, string part) => Assert.Contains(part, Assert.Throws<InputException>(action).Message);

    private void Pack(int side, string file = "all") =>
        new ImagePacking(new ImageDecoder(), new ImageEncoder()) { Side = side }.Pack(_folder["set"], _folder[file]);

    private static DataSet Open(string name, int size = 16) =>
        OwnImages.Open(
            name,
            new OwnImageOptions
            {
                Size = (size, size),
                MostInMemory = 0,
                SkipsDamaged = false,
            },
            new ImageDecoder()
        );

    private static byte[][] Seen(ImageSet set, EpochCrop? crop)
    {
        using ImagesAhead ahead = set.Ahead([.. Enumerable.Range(0, set.Count)], crop);
        return [.. Enumerable.Range(0, set.Count).Select(_ => ahead.Next().ToArray())];
    }
}
