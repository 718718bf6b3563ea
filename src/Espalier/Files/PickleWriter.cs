using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Espalier.Files;

/// <summary>
/// Writes the pickle of a state dict, as torch.save does (protocol 2): an ordered dictionary of tensors that are views of whole storages.
/// It names classes and functions that PyTorch's own restricted reader (<c>weights_only=True</c>) takes, and no other.
/// </summary>
internal sealed class PickleWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The pickle; the storage of tensor i is called by the number i.</summary>
    public static byte[] StateDict(IReadOnlyList<StoredTensor> tensors)
    {
        PickleWriter writer = new();
        writer.Raw(0x80, 2);
        writer.EmptyOrderedDictionary();
        writer.Code("(");
        for (int i = 0; i < tensors.Count; i++)
        {
            writer.Text(tensors[i].Name);
            writer.Tensor(tensors[i], i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        writer.Code("u.");
        return writer._bytes.WrittenSpan.ToArray();
    }

    private void Tensor(StoredTensor tensor, string key)
    {
        Global(TorchGlobals.Tensor);
        Code("((");
        Text("storage");
        Global(TorchGlobals.StorageOf(tensor.Type));
        Text(key);
        Text("cpu");
        Number(tensor.Count);
        Code("tQ");
        Number(0);
        Numbers(tensor.Shape);
        Numbers(Strides(tensor.Shape));
        Raw(0x89);
        EmptyOrderedDictionary();
        Code("tR");
    }

    /// <summary>Row-major: how many elements lie between neighbours along each axis.</summary>
    private static long[] Strides(IReadOnlyList<long> shape)
    {
        long[] strides = new long[shape.Count];
        long step = 1;
        for (int i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(1, shape[i]);
        }
        return strides;
    }

    private void EmptyOrderedDictionary()
    {
        Global(TorchGlobals.Dictionary);
        Code(")R");
    }

    private void Global(string name)
    {
        int dot = name.LastIndexOf('.');
        Code($"c{name[..dot]}\n{name[(dot + 1)..]}\n");
    }

    private void Numbers(IReadOnlyList<long> numbers)
    {
        Code("(");
        foreach (long number in numbers)
            Number(number);
        Code("t");
    }

    private void Number(long number)
    {
        if (number is >= 0 and <= byte.MaxValue)
            Raw((byte)'K', (byte)number);
        else if (number is >= int.MinValue and <= int.MaxValue)
        {
            Code("J");
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(4), (int)number);
            _bytes.Advance(4);
        }
        else
        {
            Raw(0x8a, 8);
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), number);
            _bytes.Advance(8);
        }
    }

    private void Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Code("X");
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(4), utf8.Length);
        _bytes.Advance(4);
        _bytes.Write(utf8);
    }

    private void Code(string codes) => _bytes.Write(Encoding.ASCII.GetBytes(codes));

    private void Raw(params ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);
}
