using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using CsCheck;
using Espalier.Files;
using Xunit;

namespace Espalier.Tests.Files;

public sealed class SafetensorsSpecs
{
    private static readonly string[] Letters =
    [
        "a",
        "B",
        ".",
        "_",
        "/",
        "\"",
        "\\",
        "\n",
        "\0",
        " ",
        "ß",
        "重",
        "🌱",
        "\u2028",
        "é",
        "<",
        "&",
        "\u007f",
        "dtype",
    ];

    internal static readonly Gen<string> Name = Gen.Int[0, Letters.Length - 1]
        .Select(i => Letters[i])
        .Array[0, 12]
        .Select(parts => string.Concat(parts));

    private static readonly Gen<StoredTensor> Tensor =
        from name in Name
        from type in Gen.Enum<TensorType>()
        from shape in Gen.Long[0, 4].Array[0, 4]
        from bytes in Gen.Byte.Array[(int)shape.Aggregate(1L, (product, length) => product * length) * type.Size()]
        select StoredTensor.Create(name, type, shape, bytes);

    private static readonly Gen<StoredTensor[]> Tensors = Tensor
        .Array[0, 8]
        .Select(list => list.DistinctBy(tensor => tensor.Name).ToArray());

    private static readonly Gen<Dictionary<string, string>> Metadata = Gen.Select(Name, Name)
        .Array[0, 5]
        .Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2));

    internal static byte[] Write(StoredTensor[] tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using MemoryStream stream = new();
        Safetensors.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    internal static TensorFile Read(byte[] bytes) => Safetensors.Read(new MemoryStream(bytes, writable: false), "the-file");

    [Fact]
    public void What_is_written_comes_back() =>
        Gen.Select(Tensors, Metadata)
            .Sample(
                (tensors, metadata) =>
                {
                    TensorFile file = Read(Write(tensors, metadata));
                    Assert.Equal(
                        metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal),
                        file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    );
                    Assert.Equal(tensors.Length, file.Tensors.Count);
                    for (int i = 0; i < tensors.Length; i++)
                    {
                        StoredTensor read = file[tensors[i].Name];
                        Assert.Same(read, file.InOrder[i]);
                        Assert.Equal(tensors[i].Name, read.Name);
                        Assert.Equal(tensors[i].Type, read.Type);
                        Assert.Equal(tensors[i].Shape, read.Shape);
                        Assert.True(tensors[i].Bytes.Span.SequenceEqual(read.Bytes.Span));
                    }
                },
                iter: 2000
            );

    [Fact]
    public void An_independent_reader_finds_every_tensor_aligned_and_whole() =>
        Gen.Select(Tensors, Metadata)
            .Sample(
                (tensors, metadata) =>
                {
                    byte[] bytes = Write(tensors, metadata);
                    int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
                    Assert.Equal(0, length % 8);
                    using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(8, length));
                    Assert.Equal(metadata.Count > 0, json.RootElement.TryGetProperty("__metadata__", out JsonElement texts));
                    foreach ((string key, string value) in metadata)
                        Assert.Equal(value, texts.GetProperty(key).GetString());
                    int covered = 8 + length;
                    foreach (StoredTensor tensor in tensors)
                    {
                        JsonElement entry = json.RootElement.GetProperty(tensor.Name);
                        Assert.Equal(["dtype", "shape", "data_offsets"], entry.EnumerateObject().Select(property => property.Name));
                        Assert.Equal(tensor.Type.StoredName(), entry.GetProperty("dtype").GetString());
                        Assert.Equal(tensor.Shape, entry.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64()));
                        int begin = entry.GetProperty("data_offsets")[0].GetInt32(),
                            end = entry.GetProperty("data_offsets")[1].GetInt32();
                        Assert.True(tensor.Bytes.Span.SequenceEqual(bytes.AsSpan(8 + length + begin, end - begin)));
                        Assert.Equal(0, (8 + length + begin) % tensor.Type.Size());
                        covered += end - begin;
                    }
                    Assert.Equal(bytes.Length, covered);
                },
                iter: 500
            );

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        byte[] bytes = Write(
            [StoredTensor.FromBools("m", [1], [true]), StoredTensor.FromFloats("w", [1, 2], [1, 2])],
            new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" }
        );
        string header =
            """{"__metadata__":{"a":"1","b":"2"},"m":{"dtype":"BOOL","shape":[1],"data_offsets":[8,9]}"""
            + ""","w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] expected =
        [
            (byte)header.Length,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            .. Encoding.ASCII.GetBytes(header),
            0,
            0,
            0x80,
            0x3f,
            0,
            0,
            0,
            0x40,
            1,
        ];
        Assert.Equal(expected, bytes);
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes() =>
        Gen.Select(Tensors, Metadata)
            .Sample(
                (tensors, metadata) =>
                    Assert.Equal(
                        Write(tensors, metadata),
                        Write(tensors, metadata.Reverse().ToDictionary(pair => pair.Key, pair => pair.Value))
                    ),
                iter: 200
            );

    [Fact]
    public void Any_order_and_spacing_of_the_header_is_read()
    {
        TensorFile file = Read(
            SafetensorsDamageSpecs.Make(
                "{ \"b\" : {\"data_offsets\":[1,2], \"shape\":[], "
                    + "\"dtype\":\"U8\"},\n\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}   ",
                [7, 8]
            )
        );
        Assert.Equal(["b", "a"], file.InOrder.Select(tensor => tensor.Name));
        Assert.Equal([8], file["b"].Bytes.ToArray());
        Assert.Equal([7], file["a"].Bytes.ToArray());
    }

    [Fact]
    public void A_file_goes_to_the_disk_and_back_and_a_fault_leaves_none()
    {
        using TempFolder folder = new();
        StoredTensor tensor = StoredTensor.FromFloats("w", [2], [1, 2]);
        Safetensors.Write(folder["x/w.safetensors"], [tensor], new Dictionary<string, string> { ["seed"] = "1" });
        TensorFile file = Safetensors.Read(folder["x/w.safetensors"]);
        Assert.Equal(folder["x/w.safetensors"], file.Path);
        Assert.Equal("1", file.Metadata["seed"]);
        Assert.Equal([1f, 2f], file["w"].ToFloats());
        Assert.Throws<ArgumentException>(() => Safetensors.Write(folder["twice"], [tensor, tensor]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(folder["taken"], [tensor.Renamed("__metadata__")]));
        Assert.Throws<ArgumentException>(() =>
            Safetensors.Write(folder["text"], [tensor], new Dictionary<string, string> { ["a"] = "\ud800" })
        );
        Assert.Equal(["x"], folder.Names);
    }

    [Fact]
    public void A_missing_tensor_is_refused_with_what_there_is()
    {
        StoredTensor[] tensors = Enumerable.Range(0, 7).Select(i => StoredTensor.FromFloats($"w{i}", [], [i])).ToArray();
        Assert.Contains(
            "its 7 tensors begin with 'w0', 'w1', 'w2', 'w3', 'w4'.",
            Refusal.Of(() => _ = Read(Write(tensors))["v"], "the-file", "'v'"),
            StringComparison.Ordinal
        );
        Refusal.Of(() => _ = Read(Write(tensors[..2]))["v"], "the-file", "it has 'w0', 'w1'");
        Refusal.Of(() => _ = Read(Write([]))["v"], "the-file", "none at all");
    }
}
