namespace Espalier.Files;

/// <summary>
/// The few classes and functions that a state dict needs; they are interpreted here and never run. Of all others the name is kept.
/// </summary>
internal sealed class TorchGlobals(string path)
{
    /// <summary>The names of what a state dict is made of.</summary>
    public const string Dictionary = "collections.OrderedDict",
        Tensor = "torch._utils._rebuild_tensor_v2";
    private const string Size = "torch.Size",
        OlderTensor = "torch._utils._rebuild_tensor",
        Parameter = "torch._utils._rebuild_parameter";
    private const string ParameterWithState = "torch._utils._rebuild_parameter_with_state",
        Typed = "torch._tensor._rebuild_from_type_v2";

    private const int LongestName = 512;

    private static readonly Dictionary<string, TensorType> Storages = new(StringComparer.Ordinal)
    {
        ["torch.FloatStorage"] = TensorType.Float32,
        ["torch.DoubleStorage"] = TensorType.Float64,
        ["torch.HalfStorage"] = TensorType.Float16,
        ["torch.BFloat16Storage"] = TensorType.BFloat16,
        ["torch.LongStorage"] = TensorType.Int64,
        ["torch.IntStorage"] = TensorType.Int32,
        ["torch.ShortStorage"] = TensorType.Int16,
        ["torch.CharStorage"] = TensorType.Int8,
        ["torch.ByteStorage"] = TensorType.UInt8,
        ["torch.BoolStorage"] = TensorType.Bool,
    };

    // Bytes of an element of what is passed over.
    private static readonly Dictionary<string, int> Unread = new(StringComparer.Ordinal)
    {
        ["torch.ComplexFloatStorage"] = 8,
        ["torch.ComplexDoubleStorage"] = 16,
        ["torch.QInt8Storage"] = 1,
        ["torch.QUInt8Storage"] = 1,
        ["torch.QInt32Storage"] = 4,
    };

    /// <summary>The class of the storage of a type's elements.</summary>
    public static string StorageOf(TensorType type) => Storages.First(pair => pair.Value == type).Key;

    /// <summary>Bytes of an element of each storage that was named, by its key.</summary>
    public Dictionary<string, int> Sizes { get; } = new(StringComparer.Ordinal);

    /// <summary>A class or function by its name.</summary>
    public PickleGlobal Find(string module, string name) =>
        module.Length + name.Length <= LongestName
            ? new PickleGlobal(module, name)
            : throw new InputException(
                $"'{path}' is damaged or no state dict: its pickle names a class in {module.Length + name.Length} letters, the "
                    + $"limit is {LongestName}."
            );

    /// <summary>What a call gives: of a function that is not one of the few, a value that is known by its name alone.</summary>
    /// <param name="function">What is called, as it lay on the stack.</param>
    /// <param name="arguments">With what.</param>
    public object? Call(object? function, object?[] arguments) =>
        (function as PickleGlobal)?.Name switch
        {
            // Python writes the pairs after an empty call. Copying a list here would let a short file ask for much work.
            Dictionary when arguments is [] or [PickleList { Items.Count: 0 }] => new PickleDictionary(),
            Size when arguments is [PickleTuple axes] => axes,
            Parameter or ParameterWithState when arguments is [TorchView or PickleOpaque, ..] => arguments[0],
            Tensor or OlderTensor when arguments is [TorchStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..] =>
                new TorchView(storage, offset, Numbers(shape), Numbers(strides)),
            // A tensor of a kind that is not read, such as one of complex numbers.
            Tensor or OlderTensor when arguments is [PickleOpaque storage, ..] => storage,
            // A tensor to which Python attributes were given.
            Typed when arguments is [PickleGlobal { Name: Tensor } maker, PickleGlobal { Name: "torch.Tensor" }, PickleTuple parts, ..] =>
                Call(maker, parts.Items),
            { } name
                when name is Dictionary or Size or Parameter or ParameterWithState or Tensor or OlderTensor || Storages.ContainsKey(name) =>
                throw new InputException($"'{path}' is damaged: its pickle calls '{name}' with arguments that do not fit."),
            _ => Make(function),
        };

    /// <summary>What stands for an object of a class that is not known here; it is not made, let alone run.</summary>
    public PickleOpaque Make(object? kind) =>
        kind switch
        {
            PickleGlobal global => new PickleOpaque(global),
            PickleOpaque opaque => opaque,
            _ => throw new InputException($"'{path}' is damaged or no state dict: its pickle calls a value of the wrong kind."),
        };

    /// <summary>
    /// The storage behind a persistent id <c>('storage', class, key, device, count)</c>; of a type that is not read, its name.
    /// </summary>
    public object Storage(object? id) =>
        id switch
        {
            PickleTuple { Items: ["storage", PickleGlobal kind, string key, string, long count, .. [] or [null]] } when count >= 0 =>
                Storage(kind, key, count),
            // In the format before 1.6 only: a part of another storage, which PyTorch ceased to write long before.
            PickleTuple { Items: ["storage", PickleGlobal, string, string, long, not null, ..] } => throw new InputException(
                $"'{path}' holds storages that are parts of others: load it in PyTorch and save it again with torch.save."
            ),
            // What that format says of the class of a whole module, with its source, which nobody runs.
            PickleTuple { Items: ["module", PickleGlobal kind, ..] } => kind,
            _ => throw new InputException($"'{path}' is damaged: its pickle refers to something outside that is no storage."),
        };

    private object Storage(PickleGlobal kind, string key, long count)
    {
        if (Storages.TryGetValue(kind.Name, out TensorType type))
        {
            Sizes[key] = type.Size();
            return new TorchStorage(type, key, count);
        }
        if (Unread.TryGetValue(kind.Name, out int size))
            Sizes[key] = size;
        return new PickleOpaque(kind);
    }

    private long[] Numbers(PickleTuple tuple)
    {
        if (tuple.Items.Length > TensorTypes.MostAxes)
            throw new InputException($"'{path}' is damaged: a tensor has {tuple.Items.Length} axes, the limit is {TensorTypes.MostAxes}.");
        long[] numbers = new long[tuple.Items.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (tuple.Items[i] is not long number || number < 0)
                throw new InputException(
                    $"'{path}' is damaged: a tensor's shape or strides hold something else than whole numbers from 0."
                );
            numbers[i] = number;
        }
        return numbers;
    }
}
