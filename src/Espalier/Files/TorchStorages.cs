namespace Espalier.Files;

/// <summary>
/// Turns views of a checkpoint's storages into contiguous tensors. A storage is read once, however many tensors share it.
/// </summary>
/// <param name="find">Finds a storage by its key.</param>
/// <param name="path">What messages call the file.</param>
/// <param name="budget">The most bytes that views may take beyond their storages.</param>
internal sealed class TorchStorages(Func<string, TensorContent> find, string path, long budget)
{
    private readonly Dictionary<string, TensorContent> _storages = new(StringComparer.Ordinal);
    private long _budget = budget;

    public StoredTensor Materialise(string name, TorchView view)
    {
        TensorType type = view.Storage.Type;
        if (view.Shape.Length != view.Strides.Length)
            throw Fault(name, $"has {view.Shape.Length} axes but {view.Strides.Length} strides");
        if (!type.TryCountBytes(view.Shape, out long length))
            throw Fault(name, $"has the impossible shape {StoredTensor.Describe(type, view.Shape)}");
        TensorContent storage = Storage(name, view.Storage);
        if (length == 0)
            return StoredTensor.Create(name, type, view.Shape, ReadOnlyMemory<byte>.Empty);
        Int128 last = view.Offset;
        for (int i = 0; i < view.Shape.Length; i++)
            last += (Int128)(view.Shape[i] - 1) * view.Strides[i];
        if (view.Offset < 0 || last >= view.Storage.Count)
            throw Fault(name, $"reaches element {last} of its storage, which has {view.Storage.Count}");
        int size = type.Size();
        bool isContiguous = IsContiguous(view);
        // The rule: a tensor that is all of its storage, which nobody has to have in memory to read it elsewhere.
        if (isContiguous && length == storage.Length)
            return StoredTensor.Of(name, type, view.Shape, storage);
        if (isContiguous)
            return StoredTensor.Create(name, type, view.Shape, storage.Bytes.Slice((int)(view.Offset * size), (int)length));
        // An expanded tensor (stride 0) can be far longer than the file.
        if (length > Array.MaxLength || (_budget -= length) < 0)
            throw Fault(name, $"would take {length} bytes, out of proportion to the file");
        byte[] bytes = new byte[length];
        Copy(storage.Bytes.Span, bytes, view, size);
        return StoredTensor.Create(name, type, view.Shape, bytes);
    }

    private TensorContent Storage(string name, TorchStorage storage)
    {
        if (!_storages.TryGetValue(storage.Key, out TensorContent? content))
            _storages[storage.Key] = content = find(storage.Key);
        // The same entry may be named with two types; each claim is checked.
        if ((Int128)storage.Count * storage.Type.Size() != content.Length)
            throw Fault(
                name,
                $"needs {storage.Count} elements of {storage.Type.StoredName()}, its storage '{FileFaults.Shorten(storage.Key)}' "
                    + $"has {content.Length} bytes"
            );
        return content;
    }

    private static bool IsContiguous(TorchView view)
    {
        long expected = 1;
        for (int i = view.Shape.Length - 1; i >= 0; i--)
        {
            if (view.Shape[i] == 1)
                continue;
            if (view.Strides[i] != expected)
                return false;
            expected *= view.Shape[i];
        }
        return true;
    }

    private static void Copy(ReadOnlySpan<byte> storage, byte[] bytes, TorchView view, int size)
    {
        long[] index = new long[view.Shape.Length];
        long from = view.Offset;
        for (int to = 0; to < bytes.Length; to += size)
        {
            storage.Slice((int)(from * size), size).CopyTo(bytes.AsSpan(to));
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                from += view.Strides[axis];
                if (++index[axis] < view.Shape[axis])
                    break;
                from -= view.Strides[axis] * view.Shape[axis];
                index[axis] = 0;
            }
        }
    }

    private InputException Fault(string name, string what) => new($"'{path}' is damaged: tensor '{FileFaults.Shorten(name)}' {what}.");
}
