using Espalier.Files;
using Espalier.Onnx.Format;

namespace Espalier.Onnx.Values;

/// <summary>An array whose numbers the model holds, or that follow from such.</summary>
internal sealed class Constant : Value
{
    /// <summary>The most numbers of a constant that is computed with; weights are only moved.</summary>
    public const int MostFolded = 1 << 16;
    private readonly OnnxTensor? _tensor;
    private readonly double[]? _doubles;
    private readonly long[]? _longs;
    private readonly float[]? _floats;

    private Constant(
        string name,
        int[] dims,
        OnnxTensor? tensor = null,
        double[]? doubles = null,
        long[]? longs = null,
        float[]? floats = null
    ) => (Name, Dims, _tensor, _doubles, _longs, _floats) = (name, dims, tensor, doubles, longs, floats);

    /// <summary>What the model calls it.</summary>
    public string Name { get; }

    /// <summary>Lengths of its axes.</summary>
    public int[] Dims { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Dims.Aggregate(1, (product, length) => product * length);

    /// <summary>Whether its elements are whole numbers or truths.</summary>
    public bool IsWhole => _longs is not null || _tensor is { } tensor && !ElementTypes.IsFloating(tensor.Type);

    /// <summary>An array of the model.</summary>
    public static Constant Of(OnnxTensor tensor) => new(tensor.Name, [.. tensor.Dims.Select(length => (int)length)], tensor);

    /// <summary>Whole numbers.</summary>
    public static Constant Of(string name, int[] dims, long[] values) => new(name, dims, longs: values);

    /// <summary>Numbers.</summary>
    public static Constant Of(string name, int[] dims, double[] values) => new(name, dims, doubles: values);

    /// <summary>Weights that were moved.</summary>
    public static Constant Of(string name, int[] dims, float[] values) => new(name, dims, floats: values);

    /// <summary>One number everywhere.</summary>
    public static Constant Filled(int count, float value)
    {
        float[] values = new float[count];
        Array.Fill(values, value);
        return Of("", [count], values);
    }

    /// <summary>The same numbers in the same order with other axes.</summary>
    public Constant Reshaped(int[] dims) => new(Name, dims, _tensor, _doubles, _longs, _floats);

    /// <summary>The same under another name.</summary>
    public Constant Named(string name) => new(name, Dims, _tensor, _doubles, _longs, _floats);

    /// <summary>Element by element, as a number.</summary>
    public double Double(int i) =>
        _doubles is not null ? _doubles[i]
        : _longs is not null ? _longs[i]
        : _floats is not null ? _floats[i]
        : _tensor!.Widened().Double(i);

    /// <summary>Element by element, as a whole number.</summary>
    public long Long(int i) =>
        _longs is not null ? _longs[i]
        : IsWhole ? _tensor!.Widened().Long(i)
        : (long)Double(i);

    /// <summary>All elements.</summary>
    public long[] Longs() => [.. Enumerable.Range(0, Count).Select(Long)];

    /// <inheritdoc cref="Longs"/>
    public double[] Doubles() => [.. Enumerable.Range(0, Count).Select(Double)];

    /// <summary>Its only number; null if it has several.</summary>
    public double? Scalar => Count == 1 ? Double(0) : null;

    /// <summary>All elements as weights.</summary>
    public float[] Floats()
    {
        if (_floats is not null)
            return _floats;
        if (_tensor is { Type: ElementTypes.Float } tensor)
            return LittleEndian.Values<float>(tensor.Data.Span[..(sizeof(float) * Count)]);
        float[] values = GC.AllocateUninitializedArray<float>(Count);
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)Double(i);
        return values;
    }
}
