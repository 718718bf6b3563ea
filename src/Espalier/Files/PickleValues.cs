namespace Espalier.Files;

/// <summary>
/// A class or function that a pickle names. The parts are not joined before someone asks: a short file may name long ones often.
/// </summary>
internal sealed record PickleGlobal(string Module, string Member)
{
    public string Name => $"{Module}.{Member}";
}

/// <summary>A tuple. The values of a pickle are null, bool, long, double, string, and the types of this file.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public object?[] Items { get; } = items;
}

/// <summary>A list; it may come to hold itself.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dictionary in insertion order.</summary>
internal sealed class PickleDictionary
{
    public List<KeyValuePair<object?, object?>> Pairs { get; } = [];
}

/// <summary>
/// A value that is known by the name of its class or maker alone: a Python object that is not run here, bytes, an integer beyond 64 bits.
/// </summary>
internal sealed record PickleOpaque(PickleGlobal Kind)
{
    public static readonly PickleOpaque Bytes = new("bytes"),
        Number = new("float"),
        Set = new("set");

    private PickleOpaque(string builtin)
        : this(new PickleGlobal("builtins", builtin)) { }

    public string Name => Kind.Name;
}

/// <summary>A storage: <see cref="Count"/> elements in the archive entry <see cref="Key"/>.</summary>
internal sealed record TorchStorage(TensorType Type, string Key, long Count);

/// <summary>A tensor as a view of a storage; offset and strides are in elements.</summary>
internal sealed record TorchView(TorchStorage Storage, long Offset, long[] Shape, long[] Strides);
