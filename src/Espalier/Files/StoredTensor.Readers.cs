namespace Espalier.Files;

public sealed partial class StoredTensor
{
    /// <summary>The values of a tensor of any floating-point type, row-major; F64 is rounded to the nearest float.</summary>
    /// <exception cref="InputException">The tensor does not hold floating-point numbers.</exception>
    public float[] ToFloats()
    {
        var reader = new FloatReader(this);
        float[] values = GC.AllocateUninitializedArray<float>(Count);
        reader.Read(values);
        return values;
    }

    /// <summary>Whether its type is one of floating-point numbers.</summary>
    internal bool IsFloating => Type is TensorType.Float32 or TensorType.Float64 or TensorType.Float16 or TensorType.BFloat16;

    /// <summary>
    /// The values of a mask: a tensor of any type that holds only 0 and 1, row-major. A network in half precision has half masks.
    /// </summary>
    /// <exception cref="InputException">The tensor holds another value.</exception>
    public bool[] ToBooleans() =>
        Type switch
        {
            TensorType.Bool or TensorType.UInt8 or TensorType.Int8 => ToTruth<byte>(Bytes.Span, 0, 1),
            TensorType.Int16 => ToTruth<short>(LittleEndian.Values<short>(Bytes.Span), 0, 1),
            TensorType.Int32 => ToTruth<int>(LittleEndian.Values<int>(Bytes.Span), 0, 1),
            TensorType.Int64 => ToTruth<long>(LittleEndian.Values<long>(Bytes.Span), 0, 1),
            TensorType.Float64 => ToTruth<double>(LittleEndian.Values<double>(Bytes.Span), 0, 1),
            _ => ToTruth<float>(ToFloats(), 0, 1),
        };

    /// <summary>The values of an I32 or I64 tensor, row-major.</summary>
    /// <exception cref="InputException">The tensor has another type or holds a value beyond 32 bits.</exception>
    public int[] ToInts()
    {
        if (Type == TensorType.Int32)
            return LittleEndian.Values<int>(Bytes.Span);
        long[] values = ToLongs();
        int[] result = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is < int.MinValue or > int.MaxValue)
                throw new InputException($"{Named} holds {values[i]} at position {i}, which does not fit in 32 bits.");
            result[i] = (int)values[i];
        }
        return result;
    }

    /// <summary>The values of a tensor of whole numbers of any width, such as labels, row-major.</summary>
    /// <exception cref="InputException">The tensor has another type or holds a value beyond 32 bits.</exception>
    internal int[] ToWhole() =>
        Type switch
        {
            TensorType.UInt8 => Array.ConvertAll(Bytes.ToArray(), value => (int)value),
            TensorType.Int8 => Array.ConvertAll(Bytes.ToArray(), value => (int)(sbyte)value),
            TensorType.Int16 => Array.ConvertAll(LittleEndian.Values<short>(Bytes.Span), value => (int)value),
            _ => ToInts(),
        };

    /// <summary>The values of an I32 or I64 tensor, row-major.</summary>
    /// <exception cref="InputException">The tensor has another type.</exception>
    public long[] ToLongs() =>
        Type switch
        {
            TensorType.Int64 => LittleEndian.Values<long>(Bytes.Span),
            TensorType.Int32 => Array.ConvertAll(LittleEndian.Values<int>(Bytes.Span), value => (long)value),
            _ => throw Mismatch("whole numbers (I32 or I64)"),
        };

    private bool[] ToTruth<T>(ReadOnlySpan<T> values, T zero, T one)
        where T : IEquatable<T>
    {
        bool[] result = new bool[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            result[i] = values[i].Equals(one);
            if (!result[i] && !values[i].Equals(zero))
                throw new InputException($"{Named} holds {values[i]} at position {i}, a mask holds only 0 and 1.");
        }
        return result;
    }

    private string Named => $"{(Source is null ? "Tensor" : $"'{Source}': tensor")} '{FileFaults.Shorten(Name)}'";

    /// <summary>What is said of a tensor of another type than expected.</summary>
    internal InputException Mismatch(string expected) => new($"{Named} is {Describe(Type, Shape)}, expected {expected}.");
}
