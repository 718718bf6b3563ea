using System.IO.Compression;
using System.Text;
using Espalier.Files;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Files;

/// <summary>What a file is, its content says.</summary>
public sealed class FileKindSpecs
{
    [Theory]
    [InlineData("net.th")]
    [InlineData("net.ckpt")]
    [InlineData("net.bin")]
    [InlineData("net.pth.tar")]
    [InlineData("net.PTH")]
    [InlineData("net.safetensors")]
    [InlineData("net")]
    public void A_checkpoint_and_safetensors_are_told_apart_whatever_their_names_end_in(string name)
    {
        using TempFolder folder = new();
        string path = folder.Write(name, Asset.Bytes("kinds.pt"));
        TensorFile torch = TensorFile.Read(path);
        Assert.Equal([0f, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f], torch["f32"].ToFloats());
        Safetensors.Write(path, torch.InOrder);
        Assert.Equal(torch["f32"].ToFloats(), TensorFile.Read(path)["f32"].ToFloats());
    }

    public static TheoryData<string, string> Others =>
        new()
        {
            { "empty", "an empty file" },
            { "pickle", "a Python pickle" },
            { "gzip", "compressed by gzip" },
            { "text", "something else" },
            { "numpy", "a NumPy array" },
            { "hdf5", "an HDF5 file" },
            { "json", "a JSON text" },
            { "zip", "no entry 'data.pkl'" },
            { "tar", "a tar archive" },
        };

    [Theory]
    [MemberData(nameof(Others))]
    public void Anything_else_is_called_by_what_it_is(string kind, string expected)
    {
        using TempFolder folder = new();
        byte[] bytes = kind switch
        {
            "empty" => [],
            "pickle" => [0x80, 4, (byte)'}', (byte)'.'],
            "gzip" => Data.Samples.Gzip(Asset.Bytes("kinds.pt")),
            "numpy" => [0x93, .. "NUMPY"u8, 1, 0],
            "hdf5" => [0x89, .. "HDF\r\n"u8],
            "json" => Encoding.UTF8.GetBytes("{\"name\": \"net\", \"nodes\": []}"),
            "zip" => PickleText.Zip([("else", [1])], CompressionLevel.NoCompression),
            "tar" => Data.Samples.Tar([new("w", new byte[8])], "net"),
            _ => Encoding.UTF8.GetBytes("These are not the weights that you are looking for."),
        };
        string path = folder.Write("given.pth", bytes);
        Refusal.Of(() => TensorFile.Read(path), path, expected);
    }

    [Fact]
    public void A_header_whose_length_looks_like_another_kind_is_still_a_header()
    {
        // Lengths whose first bytes are gzip's 1f 8b and an old checkpoint's 80 02.
        foreach (int length in new[] { 0x8b1f, 0x0280 })
        {
            byte[] header = new byte[length];
            header.AsSpan().Fill((byte)' ');
            "{}"u8.CopyTo(header);
            using MemoryStream stream = new([.. BitConverter.GetBytes((long)length), .. header]);
            Assert.Equal(FileKind.Safetensors, FileKinds.Of(stream));
            Assert.Empty(Safetensors.Read(stream, "f").InOrder);
        }
    }
}
