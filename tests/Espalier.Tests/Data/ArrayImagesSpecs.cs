using System.IO.Compression;
using System.Text;
using Espalier.Data;
using Espalier.Files;
using Espalier.Randomness;
using Espalier.Tests.Files;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

/// <summary>Images and labels as arrays of one file, of NumPy and others, whole and damaged.</summary>
public sealed class ArrayImagesSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Training_and_test_arrays_are_read_in_either_order_of_axes(CompressionLevel level)
    {
        byte[] last = [.. Enumerable.Range(0, 2 * 5 * 6 * 3).Select(i => (byte)i)];
        _folder.Write(
            "a.npz",
            PickleText.Zip(
                [
                    ("x_train.npy", Npy("|u1", "2, 5, 6, 3", last)),
                    ("y_train.npy", Npy("<i8", "2, 1", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
                    ("x_test.npy", Npy("|u1", "2, 3, 5, 6", First(last))),
                    ("y_test.npy", Npy("|u1", "2,", [0, 2])),
                ],
                level
            )
        );
        DataSet set = Open("a.npz");
        Assert.Equal((2, 5, 6, 3), (set.Train.Count, set.Train.Height, set.Train.Width, set.Train.Channels));
        Assert.Equal(last, set.Train.Pixels.ToArray());
        Assert.Equal(last, set.Test.Pixels.ToArray());
        Assert.Equal([1, 0], set.Train.Labels.ToArray());
        Assert.Equal([0, 2], set.Test.Labels.ToArray());
        Assert.Equal(3, set.Train.Classes.Count);
        Assert.Equal("a", set.Name);
        Assert.Equal((float)set.Train.Statistics().Mean[0], set.Normalization.Mean[0]);
    }

    [Fact]
    public void Arrays_without_a_test_part_are_split_by_the_seed()
    {
        byte[] pixels = [.. Enumerable.Range(0, 40).Select(i => (byte)i)];
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 2)];
        Safetensors.Write(
            _folder["a.safetensors"],
            [StoredTensor.Create("images", TensorType.UInt8, [40, 1, 1], pixels), StoredTensor.FromInts("labels", [40], labels)]
        );
        DataSet one = Open("a.safetensors", new() { TestShare = 0.25 }),
            same = Open("a.safetensors", new() { TestShare = 0.25 }),
            other = Open("a.safetensors", new() { TestShare = 0.25, SplitSeed = 1 });
        Assert.Equal((30, 10), (one.Train.Count, one.Test.Count));
        Assert.Equal(pixels, one.Train.Pixels.ToArray().Concat(one.Test.Pixels.ToArray()).Order());
        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(one.Test.Pixels.Span[i] % 2, one.Test.Labels.Span[i]));
        Assert.Equal(one.Digest, same.Digest);
        Assert.NotEqual(one.Digest, other.Digest);
    }

    [Fact]
    public void Labels_of_a_thousand_classes_come_through()
    {
        int[] labels = [999, 3, 256, 999, 0, 511];
        Safetensors.Write(
            _folder["a.safetensors"],
            [StoredTensor.Create("images", TensorType.UInt8, [6, 1, 1], new byte[6]), StoredTensor.FromInts("labels", [6], labels)]
        );
        DataSet set = Open("a.safetensors");
        Assert.Equal(labels.Order(), set.Train.Labels.ToArray().Concat(set.Test.Labels.ToArray()).Order());
        Assert.Equal((1000, 1000), (set.Train.Classes.Count, set.Test.Classes.Count));
        Safetensors.Write(
            _folder["b.safetensors"],
            [StoredTensor.Create("images", TensorType.UInt8, [2, 1, 1], new byte[2]), StoredTensor.FromInts("labels", [2], [0, 1 << 20])]
        );
        Refusal.Of(() => Open("b.safetensors"), "'b/train'", "labels below 1048576 were expected");
    }

    [Fact]
    public void What_NumPy_writes_is_read()
    {
        PyTorch.Run(
            """
            import numpy as np
            images = (np.arange(4 * 8 * 8 * 3) % 251).astype(np.uint8).reshape(4, 8, 8, 3)
            np.savez_compressed(sys.argv[1], images=images, labels=np.array([0, 1, 2, 1], dtype=np.int16))
            np.savez(sys.argv[2], images=images, labels=np.array([0, 1, "x", None], dtype=object))
            """,
            _folder["good.npz"],
            _folder["objects.npz"]
        );
        DataSet set = Open("good.npz");
        Assert.Equal(
            Enumerable.Range(0, 4 * 192).Select(i => (byte)(i % 251)).Order(),
            set.Train.Pixels.ToArray().Concat(set.Test.Pixels.ToArray()).Order()
        );
        Refusal.Of(() => Open("objects.npz"), _folder["objects.npz"], "Python objects");
    }

    public static TheoryData<string, string, string> Faults =>
        new()
        {
            { "descr", "|O", "Python objects" },
            { "descr", "<f4", "expected bytes" },
            { "descr", ">i2", "of the kind '>i2'" },
            { "shape", "4, 2, 2, 9", "do not fit" },
            { "shape", "99999999999, 99999999999", "do not fit" },
            { "shape", "2, 2, 2", "do not fit" },
            { "shape", "16,", "expected [N, H, W]" },
            { "labels", "0 0 0 0", "two classes or more" },
            { "labels", "0 1 2", "one for each image" },
            { "names", "pictures", "no arrays called" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Other_arrays_are_refused(string what, string value, string expected)
    {
        byte[] labels = [.. (what == "labels" ? value : "0 1 0 1").Split(' ').Select(byte.Parse)];
        string descr = what == "descr" ? value : "|u1";
        _folder.Write(
            "a.npz",
            PickleText.Zip([
                (
                    $"{(what == "names" ? value : "images")}.npy",
                    Npy(descr, what == "shape" ? value : "4, 2, 2", new byte[descr == "<f4" ? 64 : 16])
                ),
                ("labels.npy", Npy("|u1", $"{labels.Length},", labels)),
            ])
        );
        Refusal.Of(() => Open("a.npz"), _folder["a.npz"], expected);
    }

    [Fact]
    public void What_a_file_may_unfold_to_is_bounded_by_its_size()
    {
        byte[] bomb = PickleText.Zip([("images.npy", new byte[1000])], CompressionLevel.SmallestSize);
        int at = bomb.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.GetBytes(300 << 20).CopyTo(bomb, at + 24);
        var fault = Assert.Throws<InputException>(() => NpzFile.Read(new MemoryStream(bomb), "the-file"));
        Assert.Contains($"holds 'images.npy' of {300 << 20} bytes; at most {Unfolding.Most(bomb.Length)} fit", fault.Message);
        Assert.InRange(Unfolding.Most(bomb.Length), 256 << 20, (256 << 20) + 100 * bomb.Length);
        Assert.Equal((256L << 20) + 32L * (100 << 20), Unfolding.Most(100 << 20));
        Assert.Equal(4L << 30, Unfolding.Most(long.MaxValue));
    }

    [Fact]
    public void A_file_that_unfolds_to_more_than_it_says_takes_no_memory_for_it()
    {
        // 64 MB of zeros in a few kilobytes, of which the table of entries tells nothing.
        byte[] bomb = PickleText.Zip([("images.npy", new byte[64 << 20])], CompressionLevel.SmallestSize);
        int at = bomb.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.GetBytes(1000).CopyTo(bomb, at + 24);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InputException>(() => NpzFile.Read(new MemoryStream(bomb), "the-file"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Three_thousand_damaged_files_are_read_or_refused()
    {
        byte[] seed = PickleText.Zip(
            [("images.npy", Npy("|u1", "4, 2, 2", new byte[16])), ("labels.npy", Npy("<i4", "4,", new byte[16]))],
            CompressionLevel.Fastest
        );
        int whole = 0;
        for (int i = 0; i < 3000; i++)
        {
            RandomStream random = new(1, "npz", i);
            byte[] bytes = [.. seed];
            for (int k = 0; k <= random.NextInt(3); k++)
                bytes[random.NextInt(bytes.Length)] = (byte)random.NextInt(256);
            if (random.NextInt(4) == 0)
                bytes = bytes[..random.NextInt(bytes.Length)];
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                NpzFile.Read(new MemoryStream(bytes), "the-file");
                whole++;
            }
            catch (InputException fault)
            {
                Assert.Contains("'the-file'", fault.Message, StringComparison.Ordinal);
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }
        Assert.InRange(whole, 1, 2999);
    }

    private DataSet Open(string name, OwnImageOptions? options = null) =>
        OwnImages.Open($"arrays:{_folder[name]}", options ?? new(), new NoDecoder());

    private static byte[] Npy(string kind, string shape, byte[] numbers)
    {
        string text = $"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape}), }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. Encoding.ASCII.GetBytes(text), .. numbers];
    }

    /// <summary>[2, 5, 6, 3] as [2, 3, 5, 6].</summary>
    private static byte[] First(byte[] last)
    {
        byte[] first = new byte[last.Length];
        for (int i = 0; i < last.Length; i++)
            first[i / 90 * 90 + i % 3 * 30 + i % 90 / 3] = last[i];
        return first;
    }
}
