using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Espalier.Tests.Files;

/// <summary>Writes small pickles and checkpoints by hand, to say things that PyTorch would not.</summary>
internal sealed class PickleText
{
    private readonly List<byte> _bytes = [0x80, 2];

    public PickleText Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleText Code(string codes) => Raw(Encoding.ASCII.GetBytes(codes));

    public PickleText Global(string module, string name) => Code($"c{module}\n{name}\n");

    public PickleText Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text),
            length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Code("X").Raw(length).Raw(utf8);
    }

    public PickleText Number(long number)
    {
        byte[] digits = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(digits, number);
        return Raw(0x8a, 8).Raw(digits);
    }

    public PickleText Numbers(params long[] numbers)
    {
        Code("(");
        foreach (long number in numbers)
            Number(number);
        return Code("t");
    }

    public PickleText Storage(string kind, string key, long count) =>
        Code("(").Text("storage").Global("torch", kind).Text(key).Text("cpu").Number(count).Code("tQ");

    public PickleText Tensor(string kind, string key, long count, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2")
            .Code("(")
            .Storage(kind, key, count)
            .Number(offset)
            .Numbers(shape)
            .Numbers(strides)
            .Raw(0x89)
            .Global("collections", "OrderedDict")
            .Code(")RtR");

    /// <summary>What was written after the protocol header.</summary>
    public byte[] Body() => _bytes.Skip(2).ToArray();

    /// <summary>The pickle of a dictionary with one tensor <c>w</c>.</summary>
    public static PickleText OneTensor(
        string kind = "FloatStorage",
        long count = 2,
        long offset = 0,
        long[]? shape = null,
        long[]? strides = null,
        string name = "w"
    ) => new PickleText().Code("}").Text(name).Tensor(kind, "0", count, offset, shape ?? [2], strides ?? [1]).Code("s.");

    public byte[] Checkpoint(params (string Name, byte[] Bytes)[] entries) => Zip([("a/data.pkl", _bytes.ToArray()), .. entries]);

    public static byte[] Zip((string Name, byte[] Bytes)[] entries, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }
        return stream.ToArray();
    }
}
