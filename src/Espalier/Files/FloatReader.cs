using System.Runtime.InteropServices;

namespace Espalier.Files;

/// <summary>Reads the numbers of a tensor of any floating-point type once, row-major, to where they are wanted.</summary>
internal sealed class FloatReader
{
    private const int Piece = 32 << 10;
    private readonly ContentReader _content;
    private readonly TensorType _type;
    private readonly byte[] _buffer;

    /// <exception cref="InputException">The tensor does not hold floating-point numbers.</exception>
    public FloatReader(StoredTensor tensor)
    {
        _type = tensor.IsFloating ? tensor.Type : throw tensor.Mismatch("floating-point numbers (F32, F64, F16 or BF16)");
        _buffer = _type == TensorType.Float32 ? [] : new byte[Math.Min(Piece, tensor.Count) * _type.Size()];
        _content = tensor.Content.Open();
    }

    /// <summary>The numbers that come next; F64 is rounded to the nearest float.</summary>
    /// <exception cref="InputException">They cannot be read, or are damaged.</exception>
    public void Read(Span<float> target)
    {
        if (_type == TensorType.Float32)
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(target);
            _content.Read(bytes);
            LittleEndian.ToMachine(bytes, sizeof(float));
            return;
        }
        int size = _type.Size();
        while (target.Length > 0)
        {
            int count = Math.Min(target.Length, _buffer.Length / size);
            Span<byte> piece = _buffer.AsSpan(0, count * size);
            _content.Read(piece);
            LittleEndian.ToMachine(piece, size);
            Convert(piece, target[..count]);
            target = target[count..];
        }
    }

    private void Convert(Span<byte> bytes, Span<float> target)
    {
        if (_type == TensorType.Float64)
        {
            Span<double> values = MemoryMarshal.Cast<byte, double>(bytes);
            for (int i = 0; i < target.Length; i++)
                target[i] = (float)values[i];
            return;
        }
        Span<ushort> bits = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (int i = 0; i < target.Length; i++)
            target[i] =
                _type == TensorType.Float16
                    ? (float)BitConverter.UInt16BitsToHalf(bits[i])
                    : BitConverter.UInt32BitsToSingle((uint)bits[i] << 16);
    }
}
