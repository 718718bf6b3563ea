namespace Espalier.Files;

/// <summary>The few classes and functions that a state dict needs; they are interpreted here and never run.</summary>
internal sealed class TorchGlobals(string path)
{
    private const string Dictionary = "collections.OrderedDict", Size = "torch.Size";
    private const string Tensor = "torch._utils._rebuild_tensor_v2", Parameter = "torch._utils._rebuild_parameter";

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

    public PickleGlobal Find(string module, string name)
    {
        string full = $"{module}.{name}";
        if (full is Dictionary or Size or Tensor or Parameter || Storages.ContainsKey(full)) return new PickleGlobal(full);
        throw new InputException(
            $"'{path}' needs the Python object '{FileFaults.Shorten(full)}', expected only tensors, numbers and text in dictionaries: save the state_dict() alone.");
    }

    /// <summary>What a call gives.</summary>
    public object? Call(PickleGlobal function, object?[] arguments) => function.Name switch
    {
        // Python writes the pairs after an empty call. Copying a list here would let a short file ask for much work.
        Dictionary when arguments is [] or [PickleList { Items.Count: 0 }] => new PickleDictionary(),
        Size when arguments is [PickleTuple axes] => axes,
        Parameter when arguments is [TorchView view, ..] => view,
        Tensor when arguments is [TorchStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..] =>
            new TorchView(storage, offset, Numbers(shape), Numbers(strides)),
        _ => throw new InputException($"'{path}' is damaged: its pickle calls '{function.Name}' with arguments that do not fit."),
    };

    /// <summary>The storage behind a persistent id <c>('storage', class, key, device, count)</c>.</summary>
    public TorchStorage Storage(object? id) =>
        id is PickleTuple { Items: ["storage", PickleGlobal kind, string key, string, long count, ..] } && count >= 0
            && Storages.TryGetValue(kind.Name, out TensorType type)
            ? new TorchStorage(type, key, count)
            : throw new InputException($"'{path}' is damaged: its pickle refers to something outside that is no storage.");

    private long[] Numbers(PickleTuple tuple)
    {
        if (tuple.Items.Length > TensorTypes.MostAxes)
            throw new InputException($"'{path}' is damaged: a tensor has {tuple.Items.Length} axes, the limit is {TensorTypes.MostAxes}.");
        long[] numbers = new long[tuple.Items.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (tuple.Items[i] is not long number || number < 0)
                throw new InputException($"'{path}' is damaged: a tensor's shape or strides hold something else than whole numbers from 0.");
            numbers[i] = number;
        }
        return numbers;
    }
}
