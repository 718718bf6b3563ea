using Espalier.Cli.Tests.Support;
using Espalier.Data;
using Espalier.Images;
using Espalier.Randomness;
using Espalier.Tests.Support;
using SkiaSharp;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Cli.Tests;

/// <summary>ImageNet's layout: random parts of its files to train on, the middle to test on, whoever decodes them.</summary>
public sealed class ImageNetSpecs : IDisposable
{
    private static readonly string[] s_classes = ["n01440764", "n01443537", "n01484850"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_part_of_a_photograph_is_decoded_to_the_pixels_of_the_whole()
    {
        var decoder = new ImageDecoder();
        foreach (int side in new[] { 9, 40, 130, 301 })
        foreach (SKEncodedImageFormat format in new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png })
        {
            byte[] file = Photographs.Encoded(SKColors.Orange, format, side);
            ColourImage whole = decoder.Decode(file, "whole");
            var random = new RandomStream(0, "parts", side);
            for (int i = 0; i < 40; i++)
            {
                ImageWindow part = new RandomResizedCrop().Draw(random, whole.Height, whole.Width);
                using DecodedWindow found = decoder.Decode(file, "part", (_, _) => part);
                Assert.Equal((part.Height, part.Width), (found.Height, found.Width));
                for (int y = 0; y < part.Height; y++)
                for (int x = 0; x < part.Width; x++)
                    Assert.True(
                        whole
                            .Pixels.AsSpan(((part.Top + y) * whole.Width + part.Left + x) * 3, 3)
                            .SequenceEqual(found.Pixels.AsSpan(found.First + y * found.Stride + x * found.Step, 3)),
                        $"{format} {side}, part {part}, pixel {y}, {x}"
                    );
            }
        }
    }

    [Fact]
    public void Tested_and_cropped_images_are_those_of_torchvision()
    {
        byte[] file = Photographs.Encoded(SKColors.Orange, SKEncodedImageFormat.Png, 301);
        _folder.Write("in.png", file);
        PyTorch.Run(
            """
            from PIL import Image
            from torchvision import transforms as T
            image = Image.open(sys.argv[1]).convert("RGB")
            open(sys.argv[2] + "test", "wb").write(T.Compose([T.Resize(256), T.CenterCrop(224)])(image).tobytes())
            part = T.functional.resized_crop(image, 17, 40, 190, 151, [224, 224])
            open(sys.argv[2] + "part", "wb").write(part.tobytes())
            """,
            _folder["in.png"],
            _folder["out-"]
        );
        var options = new OwnImageOptions { Size = (224, 224), ResizeTo = 256 };
        var files = new FolderFiles([(_folder["in.png"], 0)]);
        var part = new DecodedPart(files, options, (224, 224), new ImageDecoder());
        byte[] made = new byte[part.ImageSize];
        part.Read(0, null, made);
        Assert.Equal(File.ReadAllBytes(_folder["out-test"]), made);
        part.Read(0, (_, _) => new ImageWindow(17, 40, 190, 151), made);
        Assert.Equal(File.ReadAllBytes(_folder["out-part"]), made);
    }

    [Fact]
    public void Epochs_are_the_same_whatever_the_number_of_threads_and_no_two_epochs_are_alike()
    {
        Write("set", 7);
        using BatchSource one = Source("set", threads: 1),
            five = Source("set", threads: 5);
        float[][] first = All(one, 0);
        Assert.Equal(first, All(five, 0));
        Assert.NotEqual(first, All(one, 1));
        Assert.All(first, batch => Assert.True(batch.All(float.IsFinite)));
    }

    [Fact]
    public void What_becomes_of_an_image_does_not_depend_on_the_others()
    {
        Write("set", 7);
        DataSet set = Open("set");
        var crop = new EpochCrop(new RandomResizedCrop(), true, 3);
        byte[] alone = new byte[set.Train.ImageSize];
        int[] order = [4, 20, 4, 0];
        byte[][] found = new byte[order.Length][];
        using (ImagesAhead ahead = set.Train.Ahead(order, crop))
            for (int i = 0; i < order.Length; i++)
                found[i] = ahead.Next().ToArray();
        using (ImagesAhead ahead = set.Train.Ahead([20], crop))
            alone = ahead.Next().ToArray();
        Assert.Equal(alone, found[1]);
        Assert.Equal(found[0], found[2]);
        Assert.NotEqual(found[0], found[1]);
    }

    [Fact]
    public void The_first_images_are_of_all_classes_and_named_without_being_decoded()
    {
        Write("set", 7);
        DataSet set = Open("set");
        Assert.Equal(s_classes, set.Train.Classes);
        Assert.Equal([2, 2, 2], set.Train.Take(6).ClassCounts());
        Assert.Equal([1, 1, 1], set.Test.Take(3).ClassCounts());
        Assert.Equal(Normalization.ImageNet, set.Normalization);
        string digest = set.Digest;
        Directory.Move(_folder["set"], _folder["elsewhere"]);
        Assert.Equal(digest, Open("elsewhere").Digest);
        File.AppendAllText(_folder[$"elsewhere/train/{s_classes[0]}/{s_classes[0]}_0.JPEG"], "x");
        Assert.NotEqual(digest, Open("elsewhere").Digest);
    }

    [Fact]
    public void Flat_test_images_are_those_in_folders_where_a_list_says_what_they_are()
    {
        Write("set", 4);
        int[] expected = Open("set").Test.ClassCounts();
        foreach (string name in s_classes)
        foreach (string file in Directory.GetFiles(_folder[$"set/val/{name}"]))
            File.Move(file, _folder[$"set/val/{Path.GetFileName(file)}"]);
        foreach (string name in s_classes)
            Directory.Delete(_folder[$"set/val/{name}"]);
        string List(Func<string, string> label) =>
            string.Join('\n', s_classes.SelectMany(c => Enumerable.Range(0, 2).Select(i => $"{c}_{i}.JPEG {label(c)}")));
        _folder.WriteText("set/val.txt", List(c => c));
        string digest = Open("set").Digest;
        Assert.Equal(expected, Open("set").Test.ClassCounts());
        _folder.WriteText("set/val.txt", List(c => $"{Array.IndexOf(s_classes, c)}"));
        Assert.Equal(digest, Open("set").Digest);
        _folder.WriteText("set/val.txt", List(_ => "9"));
        Assert.Contains("expected an image's name", Assert.Throws<InputException>(() => Open("set")).Message);
        _folder.WriteText("set/val.txt", $"{s_classes[0]}_0.JPEG 0");
        Assert.Contains("does not say of what class", Assert.Throws<InputException>(() => Open("set")).Message);
        _folder.WriteText("set/val.txt", $"{List(_ => "0")}\nmore.JPEG 0");
        Assert.Contains("names 7 images", Assert.Throws<InputException>(() => Open("set")).Message);
    }

    [Fact]
    public void A_class_that_one_part_lacks_is_refused()
    {
        Write("set", 3);
        Directory.Delete(_folder[$"set/val/{s_classes[1]}"], true);
        Assert.Contains($"has no folder '{s_classes[1]}'", Assert.Throws<InputException>(() => Open("set")).Message);
        Directory.Move(_folder[$"set/train/{s_classes[1]}"], _folder[$"set/val/{s_classes[1]}"]);
        Assert.Contains("no class of the training images", Assert.Throws<InputException>(() => Open("set")).Message);
        Directory.Delete(_folder["set/val"], true);
        Assert.Contains("no folder 'val'", Assert.Throws<InputException>(() => Open("set")).Message);
    }

    [Fact]
    public void Damaged_images_are_named_once_and_the_next_of_their_class_takes_their_place()
    {
        Write("set", 40);
        string bad = _folder.Write($"set/train/{s_classes[2]}/{s_classes[2]}_5.JPEG", "no picture, but a text"u8.ToArray());
        List<string> notes = [];
        DataSet set = Open("set", note: notes.Add);
        using var source = new BatchSource(set.Train, set.Normalization, Augmentation.ImageNet, CPU, ScalarType.Float32);
        float[][] first = All(source, 0);
        All(source, 1);
        string note = Assert.Single(notes);
        Assert.Contains(bad, note);
        Assert.Contains("the next image of its class", note);
        using BatchSource again = Source("set", threads: 3);
        Assert.Equal(first, All(again, 0));
        DataSet strict = Open("set", skip: false);
        using var refusing = new BatchSource(strict.Train, strict.Normalization, Augmentation.ImageNet, CPU, ScalarType.Float32);
        Assert.Contains(bad, Assert.Throws<InputException>(() => All(refusing, 0)).Message);
        foreach (int i in new[] { 7, 8, 9 })
            _folder.Write($"set/train/{s_classes[1]}/{s_classes[1]}_{i}.JPEG", "neither"u8.ToArray());
        using BatchSource many = Source("set", threads: 2);
        Assert.Contains("more than one in a hundred", Assert.Throws<InputException>(() => All(many, 0)).Message);
    }

    [Fact]
    public async Task A_network_is_trained_on_it_from_the_command_line_which_notes_damaged_images()
    {
        Write("set", 4);
        string bad = _folder.Write($"set/train/{s_classes[2]}/{s_classes[2]}_1.JPEG", "no picture, but a text"u8.ToArray());
        string[] line =
        [
            .. $"train --dataset imagenet:{_folder["set"]} --image-size 16 --model mlp:depth=1,width=4 --epochs 1 --batch-size 4".Split(
                ' '
            ),
            "--precision",
            "Float32",
        ];
        ShellResult one = await Shell.RunAsync([.. line, "--out", _folder["one"]]);
        Assert.Equal(0, one.Code);
        Assert.Single(one.ErrorLines, text => text.StartsWith($"note: '{bad}'", StringComparison.Ordinal));
        ShellResult other = await Shell.RunAsync([.. line, "--crop", "padded", "--out", _folder["other"]]);
        Assert.Equal(0, other.Code);
        Assert.NotEqual(File.ReadAllBytes(_folder["one/weights.safetensors"]), File.ReadAllBytes(_folder["other/weights.safetensors"]));
    }

    private void Write(string folder, int each)
    {
        SKColor[] colours = [SKColors.Red, SKColors.Green, SKColors.Blue];
        for (int c = 0; c < s_classes.Length; c++)
        {
            for (int i = 0; i < each; i++)
                _folder.Write($"{folder}/train/{s_classes[c]}/{s_classes[c]}_{i}.JPEG", Photograph(colours[c], 20 + i));
            for (int i = 0; i < 2; i++)
                _folder.Write($"{folder}/val/{s_classes[c]}/{s_classes[c]}_{i}.JPEG", Photograph(colours[c], 30 + i));
        }
    }

    private static byte[] Photograph(SKColor colour, int side) => Photographs.Encoded(colour, SKEncodedImageFormat.Jpeg, side);

    private DataSet Open(string folder, int threads = 2, Action<string>? note = null, bool? skip = null) =>
        OwnImages.Open(
            $"imagenet:{_folder[folder]}",
            new OwnImageOptions
            {
                Size = (16, 16),
                DecodingThreads = threads,
                Note = note,
                SkipsDamaged = skip,
            },
            new ImageDecoder()
        );

    private BatchSource Source(string folder, int threads)
    {
        DataSet set = Open(folder, threads);
        return new BatchSource(set.Train, set.Normalization, Augmentation.ImageNet, CPU, ScalarType.Float32);
    }

    private static float[][] All(BatchSource source, int epoch)
    {
        var all = new List<float[]>();
        foreach (Batch batch in source.Epoch(new RandomStream(0, "e", epoch), 5))
            using (batch)
            using (Tensor flat = batch.Images.contiguous())
                all.Add(flat.data<float>().ToArray());
        return [.. all];
    }
}
