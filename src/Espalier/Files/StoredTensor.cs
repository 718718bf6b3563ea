namespace Espalier.Files;

/// <summary>A tensor as files hold it: a name, an element type, a shape and little-endian row-major bytes. Immutable.</summary>
public sealed partial class StoredTensor
{
    private StoredTensor(string name, TensorType type, IReadOnlyList<long> shape, TensorContent content)
    {
        Name = name;
        Type = type;
        Shape = shape;
        Content = content;
    }

    /// <summary>The name, such as <c>layer1.0.conv1.weight</c>; well-formed Unicode.</summary>
    public string Name { get; }

    /// <summary>The file that holds it, as messages name it; none for one made in memory.</summary>
    internal string? Source { get; private init; }

    /// <summary>The type of the elements.</summary>
    public TensorType Type { get; }

    /// <summary>Length of each axis, none negative; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The elements, little-endian, row-major, without gaps.</summary>
    public ReadOnlyMemory<byte> Bytes => Content.Bytes;

    /// <summary>Where the elements are.</summary>
    internal TensorContent Content { get; }

    /// <summary>Number of elements; 1 for a scalar.</summary>
    public int Count => Content.Length / Type.Size();

    /// <summary>Wraps bytes that already are in the stored form. They are not copied: the caller must not change them afterwards.</summary>
    /// <exception cref="ArgumentException">The shape is impossible, the bytes do not fit it, or the name is not well-formed
    /// Unicode.</exception>
    public static StoredTensor Create(string name, TensorType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes) =>
        Of(name, type, shape, new TensorContent(bytes));

    /// <summary>The same of bytes that may still be in a file.</summary>
    internal static StoredTensor Of(string name, TensorType type, IReadOnlyList<long> shape, TensorContent content)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Enum.IsDefined(type))
            throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such tensor type.");
        if (!IsWellFormed(name))
            throw new ArgumentException("The name of a tensor must be well-formed Unicode.", nameof(name));
        if (!type.TryCountBytes(shape, out long expected) || expected != content.Length)
            throw new ArgumentException(
                $"Tensor '{name}' has {content.Length} bytes, which do not fit {Describe(type, shape)}.",
                nameof(content)
            );
        return new StoredTensor(name, type, Array.AsReadOnly(shape.ToArray()), content);
    }

    /// <summary>A Float32 tensor with a copy of the values.</summary>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static StoredTensor FromFloats(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        Create(name, TensorType.Float32, shape, LittleEndian.Bytes(values));

    /// <summary>A Bool tensor, such as a mask, with a copy of the values.</summary>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static StoredTensor FromBools(string name, IReadOnlyList<long> shape, ReadOnlySpan<bool> values)
    {
        byte[] bytes = new byte[values.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = values[i] ? (byte)1 : (byte)0;
        return Create(name, TensorType.Bool, shape, bytes);
    }

    /// <summary>An Int32 tensor, such as a permutation, with a copy of the values.</summary>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static StoredTensor FromInts(string name, IReadOnlyList<long> shape, ReadOnlySpan<int> values) =>
        Create(name, TensorType.Int32, shape, LittleEndian.Bytes(values));

    /// <summary>The same tensor under another name; the bytes are shared.</summary>
    /// <inheritdoc cref="Create" path="/exception"/>
    public StoredTensor Renamed(string name) => Of(name, Type, Shape, Content);

    /// <summary>The same tensor as one of a file: messages about it name the file.</summary>
    internal StoredTensor In(string path) => new(Name, Type, Shape, Content) { Source = path };

    /// <summary>Name, type and shape, such as <c>fc.weight F32 [10, 64]</c>.</summary>
    public override string ToString() => $"{Name} {Describe(Type, Shape)}";

    internal static string Describe(TensorType type, IReadOnlyList<long> shape) =>
        $"{type.StoredName()} [{string.Join(", ", shape.Take(12))}{(shape.Count > 12 ? ", ..." : "")}]";

    internal static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
