using System.Runtime.InteropServices;

namespace Espalier.Files;

/// <summary>A tensor as a file holds it: name, format, shape and little-endian bytes in row-major order.</summary>
public sealed class StoredTensor
{
    /// <summary>Checks that the bytes fit the shape.</summary>
    public StoredTensor(string name, TensorType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
    {
        if (shape.Any(size => size < 0) || CountOf(shape) * type.Size() != bytes.Length)
            throw new InputException($"Tensor '{name}' of shape [{string.Join(",", shape)}] and type {type} has {bytes.Length} bytes.");
        (Name, Type, Shape, Bytes) = (name, type, [.. shape], bytes);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Number format.</summary>
    public TensorType Type { get; }

    /// <summary>Sizes, none for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Little-endian, row-major.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Stores float32 values.</summary>
    public static StoredTensor FromFloats(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values) => new(name, TensorType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Stores int32 values.</summary>
    public static StoredTensor FromInts(string name, IReadOnlyList<long> shape, ReadOnlySpan<int> values) => new(name, TensorType.Int32, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Stores truth values.</summary>
    public static StoredTensor FromBools(string name, IReadOnlyList<long> shape, ReadOnlySpan<bool> values) => new(name, TensorType.Bool, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Values of a floating-point tensor.</summary>
    /// <exception cref="InputException">It is of another type.</exception>
    public float[] ToFloats() => Type switch
    {
        TensorType.Float32 => MemoryMarshal.Cast<byte, float>(Bytes.Span).ToArray(),
        TensorType.Float64 => [.. MemoryMarshal.Cast<byte, double>(Bytes.Span).ToArray().Select(value => (float)value)],
        TensorType.Float16 => [.. MemoryMarshal.Cast<byte, Half>(Bytes.Span).ToArray().Select(value => (float)value)],
        TensorType.BFloat16 => [.. MemoryMarshal.Cast<byte, ushort>(Bytes.Span).ToArray().Select(value => BitConverter.UInt32BitsToSingle((uint)value << 16))],
        _ => throw Wrong("floats"),
    };

    /// <summary>Values of a tensor of integers that fit 32 bits.</summary>
    /// <exception cref="InputException">It is of another type, or a value does not fit.</exception>
    public int[] ToInts() => Type switch
    {
        TensorType.Int32 => MemoryMarshal.Cast<byte, int>(Bytes.Span).ToArray(),
        TensorType.Int64 => [.. MemoryMarshal.Cast<byte, long>(Bytes.Span).ToArray().Select(value => value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Wrong("32-bit integers"))],
        _ => throw Wrong("integers"),
    };

    /// <summary>Values of a tensor that holds nothing but 0 and 1.</summary>
    /// <exception cref="InputException">It holds something else.</exception>
    public bool[] ToBooleans()
    {
        if (Type is TensorType.Bool or TensorType.UInt8)
            return Bytes.Span.IndexOfAnyExceptInRange((byte)0, (byte)1) < 0 ? [.. Bytes.ToArray().Select(value => value == 1)] : throw Wrong("only 0 and 1");
        float[] values = ToFloats();
        return values.All(value => value is 0 or 1) ? [.. values.Select(value => value == 1)] : throw Wrong("only 0 and 1");
    }

    internal static long CountOf(IEnumerable<long> shape)
    {
        Int128 count = 1;
        foreach (long size in shape) count = Int128.Min(count * size, (Int128)long.MaxValue / 16);
        return (long)count;
    }

    private InputException Wrong(string expected) => new($"Tensor '{Name}' is of type {Type} and does not hold what was expected: {expected}.");
}
