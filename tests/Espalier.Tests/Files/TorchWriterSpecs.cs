using System.IO.Compression;
using Espalier.Files;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Files;

/// <summary>Checkpoints that are written here, read by this library and by PyTorch.</summary>
public sealed class TorchWriterSpecs : IDisposable
{
    private static readonly Dictionary<string, string> Text = new() { ["b"] = "ß \n\"", ["a"] = "{}" };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_type_comes_back_bit_for_bit_with_its_name_its_place_and_the_text_beside()
    {
        StoredTensor[] tensors = [.. TorchCheckpoint.Read(Asset.Path("kinds.pt")).InOrder];
        TorchCheckpointWriter.Write(_folder["a.pth"], tensors, Text);
        TensorFile back = TensorFile.Read(_folder["a.pth"]);
        Assert.Equal(tensors.Select(tensor => tensor.ToString()), back.InOrder.Select(tensor => tensor.ToString()));
        Assert.All(tensors, tensor => Assert.True(tensor.Bytes.Span.SequenceEqual(back[tensor.Name].Bytes.Span)));
        Assert.Equal(Text, back.Metadata);
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes()
    {
        StoredTensor[] tensors = [.. TorchCheckpoint.Read(Asset.Path("kinds.pt")).InOrder];
        TorchCheckpointWriter.Write(_folder["a.pth"], tensors, Text);
        TorchCheckpointWriter.Write(_folder["b.pth"], tensors, Text.Reverse().ToDictionary());
        Assert.Equal(File.ReadAllBytes(_folder["a.pth"]), File.ReadAllBytes(_folder["b.pth"]));
    }

    [Fact]
    public void Many_random_dictionaries_come_back()
    {
        for (int i = 0; i < 200; i++)
        {
            RandomStream random = new(3, "written", i);
            StoredTensor[] tensors =
            [
                .. Enumerable
                    .Range(0, random.NextInt(6) + 1)
                    .Select(t =>
                    {
                        TensorType type = (TensorType)random.NextInt(9);
                        long[] shape = [.. Enumerable.Range(0, random.NextInt(4)).Select(_ => (long)random.NextInt(5))];
                        byte[] bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * type.Size()];
                        for (int b = 0; b < bytes.Length; b++)
                            bytes[b] = (byte)random.NextInt(256);
                        return StoredTensor.Create($"{t}.{new string('n', random.NextInt(300))}", type, shape, bytes);
                    }),
            ];
            using MemoryStream stream = new();
            TorchCheckpointWriter.Write(stream, tensors);
            TensorFile back = TorchCheckpoint.Read(stream, "memory");
            Assert.Equal(tensors.Select(tensor => tensor.ToString()), back.InOrder.Select(tensor => tensor.ToString()));
            Assert.All(tensors, tensor => Assert.True(tensor.Bytes.Span.SequenceEqual(back[tensor.Name].Bytes.Span)));
        }
    }

    [Fact]
    public void PyTorch_loads_every_type_with_weights_only_and_has_the_same_numbers()
    {
        // What PyTorch itself wrote, loaded by it, must equal what is written here from it.
        TorchCheckpointWriter.Write(_folder["a.pth"], TorchCheckpoint.Read(Asset.Path("kinds.pt")).InOrder, Text);
        string[] said = PyTorch.Run(
            """
            ours = torch.load(sys.argv[1], weights_only=True)
            theirs = torch.load(sys.argv[2])
            assert type(ours).__name__ == "OrderedDict" and list(ours) == list(theirs), list(ours)
            for name, tensor in theirs.items():
                assert ours[name].dtype == tensor.dtype and ours[name].shape == tensor.shape, name
                assert ours[name].is_contiguous() and torch.equal(ours[name], tensor), name
            torch.save(ours, sys.argv[3])
            print(len(ours))
            """,
            _folder["a.pth"],
            Asset.Path("kinds.pt"),
            _folder["again.pth"]
        );
        Assert.Equal("19", Assert.Single(said));
        TensorFile again = TensorFile.Read(_folder["again.pth"]);
        Assert.All(
            TensorFile.Read(_folder["a.pth"]).InOrder,
            tensor => Assert.True(tensor.Bytes.Span.SequenceEqual(again[tensor.Name].Bytes.Span))
        );
    }

    [Fact]
    public void Entries_begin_at_multiples_of_64_bytes_and_have_their_checksums()
    {
        byte[][] contents =
        [
            [1, 2, 3],
            new byte[200],
            "little"u8.ToArray(),
            [],
        ];
        using MemoryStream stream = new();
        StoredZip zip = new(stream);
        for (int i = 0; i < contents.Length; i++)
            zip.Add($"archive/data/{i}", contents[i]);
        zip.Finish();
        byte[] file = stream.ToArray();
        Assert.Equal(0, file.AsSpan().IndexOf("little"u8) % 64);
        using ZipArchive read = new(stream, ZipArchiveMode.Read);
        Assert.Equal(contents, read.Entries.Select(Content));
        Assert.Equal([0x55bc801du, 0u], new[] { read.Entries[0].Crc32, read.Entries[3].Crc32 });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public void Places_beyond_32_bits_are_written_wide(long largest)
    {
        using MemoryStream stream = new();
        StoredZip zip = new(stream, largest);
        for (int i = 0; i < 5; i++)
            zip.Add($"archive/data/{i}", new byte[100 + i]);
        zip.Finish();
        using ZipArchive read = new(stream, ZipArchiveMode.Read);
        Assert.Equal([100L, 101, 102, 103, 104], read.Entries.Select(entry => entry.Length));
        Assert.All(read.Entries, entry => Assert.Equal(entry.Length, Content(entry).Length));
    }

    [Fact]
    public void A_damaged_description_is_refused()
    {
        (string, byte[])[] entries =
        [
            ("a/data.pkl", [0x80, 2, .. PickleText.OneTensor().Body()]),
            ("a/data/0", new byte[8]),
            ("a/extra/espalier.json", "[1]"u8.ToArray()),
        ];
        _folder.Write("a.pth", PickleText.Zip(entries));
        Refusal.Of(() => TensorFile.Read(_folder["a.pth"]), _folder["a.pth"], "no table of texts");
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused_and_nothing_is_left()
    {
        StoredTensor one = StoredTensor.FromFloats("w", [1], [1]);
        Assert.Throws<ArgumentException>(() => TorchCheckpointWriter.Write(_folder["a.pth"], [one, one]));
        Assert.Empty(_folder.Names);
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
