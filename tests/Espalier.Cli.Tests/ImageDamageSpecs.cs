using System.Buffers.Binary;
using Espalier.Cli.Tests.Support;
using Espalier.Data;
using Espalier.Images;
using Espalier.Randomness;
using SkiaSharp;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Files that are no images, or damaged ones, and folders that are no data sets.</summary>
public sealed class ImageDamageSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
        Photographs.Write(_folder, "bad", 2, SKEncodedImageFormat.Png);
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
            byte[] whole = Photographs.Encoded(SKColors.Red, format, 24);
            for (int length = 0; length < whole.Length * 3 / 4; length += 5)
                Assert.Throws<InputException>(() => new ImageDecoder().Decode(whole[..length], "cut"));
        }
    }

    [Fact]
    public void Three_thousand_damaged_images_are_decoded_or_refused()
    {
        byte[][] seeds =
        [
            Photographs.Encoded(SKColors.Red, SKEncodedImageFormat.Jpeg, 20),
            Photographs.Encoded(SKColors.Green, SKEncodedImageFormat.Png, 20),
            Photographs.Encoded(SKColors.Blue, SKEncodedImageFormat.Webp, 20),
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
        Photographs.One(_folder, "one/a/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Photographs.One(_folder, "hollow/a/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        _folder.WriteText("hollow/b/readme.txt", "none");
        foreach (string name in new[] { "a", "b" })
        foreach (int side in new[] { 4, 6 })
            _folder.Write($"sizes/{name}/{side}.png", Photographs.Encoded(SKColors.Red, SKEncodedImageFormat.Png, side));
        string[] words =
        [
            .. line.Split(' ')
                .Select(word => word.Contains('{') ? $"{word[..word.IndexOf('{')]}{_folder[word[(word.IndexOf('{') + 1)..^1]]}" : word),
        ];
        ShellResult said = await Shell.RunAsync(["data", "show", .. words]);
        Assert.Equal(2, said.Code);
        Assert.Contains(expected, Assert.Single(said.ErrorLines));
    }

    /// <summary>The beginning of a PNG file.</summary>
    private static byte[] Png(int width, int height, byte bits)
    {
        byte[] file = new byte[64];
        byte[] start = [0x89, .. "PNG"u8, 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8];
        start.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        (file[24], file[25]) = (bits, 2);
        return file;
    }

    /// <summary>The beginning of a JPEG file.</summary>
    private static byte[] Jpeg(byte bits, byte channels, ushort side = 16) =>
        [0xff, 0xd8, 0xff, 0xc0, 0, 17, bits, (byte)(side >> 8), (byte)side, (byte)(side >> 8), (byte)side, channels, .. new byte[32]];
}
