using Espalier.Data;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

public class IdxReaderSpecs
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Files_are_read_gzipped_or_not(bool gzipImages, bool gzipLabels)
    {
        using TempFolder folder = new();
        byte[] images = Samples.IdxImages(12),
            labels = Samples.IdxLabels(12);
        ImageSet set = IdxReader.Read(
            folder.Write("i", gzipImages ? Samples.Gzip(images) : images),
            folder.Write("l", gzipLabels ? Samples.Gzip(labels) : labels),
            "x",
            Samples.Ten
        );
        Assert.Equal((12, 4, 3, 1), (set.Count, set.Height, set.Width, set.Channels));
        Assert.Equal(images[16..], set.Pixels.ToArray());
        Assert.Equal(labels[8..].Select(label => (int)label), set.Labels.ToArray());
    }

    public static TheoryData<string, string> Damage =>
        new()
        {
            { "empty", "ends after 0 bytes" },
            { "half a header", "ends after 7 bytes" },
            { "header only", "holds 0 bytes after its header" },
            { "one byte short", "holds 143 bytes after its header" },
            { "one byte more", "holds more than 144 bytes" },
            { "one byte more, gzipped", "holds more than 144 bytes" },
            { "one byte short, gzipped", "holds 143 bytes" },
            { "labels in place of images", "starts with 00000801" },
            { "floats", "starts with 00000D03" },
            { "little-endian", "says that dimension 0 is" },
            { "no image", "says that dimension 0 is 0" },
            { "negative height", "says that dimension 1 is -4" },
            { "2^93 bytes", "at most" },
            { "2 GB promised", "holds 144 bytes after its header" },
            { "2 GB promised, gzipped", "holds 144 bytes after its header" },
            { "another count", "holds 11 images, but" },
            { "gzip cut", "holds 9 bytes" },
            { "gzip with a wrong checksum", "Cannot read" },
            { "gzip magic only", "" },
            { "text", "starts with" },
        };

    [Theory]
    [MemberData(nameof(Damage))]
    public void Damaged_images_are_refused_with_a_sentence(string damage, string expected)
    {
        using TempFolder folder = new();
        byte[] good = Samples.IdxImages(12),
            bytes = damage switch
            {
                "empty" => [],
                "half a header" => good[..7],
                "header only" => good[..16],
                "one byte short" => good[..^1],
                "one byte more" => [.. good, 0],
                "one byte more, gzipped" => Samples.Gzip([.. good, 0]),
                "one byte short, gzipped" => Samples.Gzip(good[..^1]),
                "labels in place of images" => Samples.IdxLabels(12),
                "floats" => [0, 0, 13, 3, .. good[4..]],
                "little-endian" => [0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, .. good[8..]],
                "no image" => Samples.Idx([0, 4, 3], []),
                "negative height" => Samples.Idx([12, -4, 3], good[16..]),
                "2^93 bytes" => Samples.Idx([int.MaxValue, int.MaxValue, int.MaxValue], good[16..]),
                "2 GB promised" => Samples.Idx([12, 40_000, 4000], good[16..]),
                "2 GB promised, gzipped" => Samples.Gzip(Samples.Idx([12, 40_000, 4000], good[16..])),
                "another count" => Samples.IdxImages(11),
                "gzip cut" => Samples.Gzip(good)[..40],
                "gzip with a wrong checksum" => WithWrongChecksum(Samples.Gzip(good)),
                "gzip magic only" => [0x1f, 0x8b],
                _ => "these are not the bytes you are looking for"u8.ToArray(),
            };
        string images = folder.Write("images", bytes),
            labels = folder.Write("labels", Samples.IdxLabels(12));
        InputException refused = Assert.Throws<InputException>(() => IdxReader.Read(images, labels, "x", Samples.Ten));
        Assert.Contains(expected, refused.Message);
        Assert.Contains(images, refused.Message);
    }

    [Fact]
    public void A_label_out_of_range_is_refused_by_position()
    {
        using TempFolder folder = new();
        string images = folder.Write("i", Samples.IdxImages(3)),
            labels = folder.Write("l", Samples.Idx([3], [1, 10, 2]));
        Assert.Contains(
            $"Label 1 in '{labels}' is 10",
            Assert.Throws<InputException>(() => IdxReader.Read(images, labels, "x", Samples.Ten)).Message
        );
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        using TempFolder folder = new();
        string images = folder.Write("i", Samples.IdxImages(3));
        Assert.Contains(
            folder["none"],
            Assert.Throws<InputException>(() => IdxReader.Read(images, folder["none"], "x", Samples.Ten)).Message
        );
        Assert.Throws<InputException>(() => IdxReader.Read(images, folder.Path, "x", Samples.Ten));
    }

    private static byte[] WithWrongChecksum(byte[] gzip)
    {
        gzip[^7] ^= 1;
        return gzip;
    }

    [Theory]
    [InlineData(4)]
    [InlineData(20_000)]
    public void A_gzip_bomb_costs_no_memory(int promisedHeight)
    {
        using TempFolder folder = new();
        byte[] bomb = new byte[64 << 20];
        Samples.Idx([12, promisedHeight, 3000], []).CopyTo(bomb, 0);
        string images = folder.Write("i", Samples.Gzip(bomb)),
            labels = folder.Write("l", Samples.IdxLabels(12));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InputException>(() => IdxReader.Read(images, labels, "x", Samples.Ten));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }
}
