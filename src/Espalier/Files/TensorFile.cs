namespace Espalier.Files;

/// <summary>The named tensors and the metadata that one file holds. Immutable.</summary>
public sealed class TensorFile
{
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>Gathers tensors under a file name.</summary>
    /// <param name="path">The file, as messages name it.</param>
    /// <param name="tensors">The tensors in the file's order.</param>
    /// <param name="metadata">Text beside them; none by default.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name.</exception>
    public TensorFile(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Path = path;
        InOrder = Array.AsReadOnly(tensors.Select(tensor => tensor.In(path)).ToArray());
        foreach (StoredTensor tensor in InOrder)
            _tensors.Add(tensor.Name, tensor);
        Metadata = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal).AsReadOnly();
    }

    /// <summary>
    /// Reads a safetensors file, a PyTorch checkpoint, or the index of several such files: which of them it is, its content says, whatever
    /// its name ends in.
    /// </summary>
    /// <exception cref="InputException">The file is absent, unreadable, damaged, or something else.</exception>
    public static TensorFile Read(string path)
    {
        using OpenTensorFile open = OpenTensorFile.Of(path);
        return open.Content.Loaded();
    }

    /// <summary>The same, all of it in memory: from here on the file may be closed.</summary>
    /// <exception cref="InputException">It is damaged.</exception>
    internal TensorFile Loaded()
    {
        foreach (StoredTensor tensor in InOrder)
            _ = tensor.Bytes;
        return this;
    }

    /// <summary>The file, as messages name it.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors.AsReadOnly();

    /// <summary>The tensors in the file's order.</summary>
    public IReadOnlyList<StoredTensor> InOrder { get; }

    /// <summary>Text that the file carries beside its tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What lies beside the tensors and is not read, such as Python objects: the kind of each by its name.</summary>
    internal IReadOnlyDictionary<string, string> Unread { get; init; } = new Dictionary<string, string>();

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="InputException">The file has no such tensor.</exception>
    public StoredTensor this[string name] =>
        _tensors.TryGetValue(name, out StoredTensor? tensor)
            ? tensor
            : throw new InputException(
                Unread.TryGetValue(name, out string? kind)
                    ? $"'{Path}' holds '{FileFaults.Shorten(name)}' as the Python object '{FileFaults.Shorten(kind)}', expected a "
                        + $"plain tensor."
                    : $"'{Path}' has no tensor '{FileFaults.Shorten(name)}', {Present()}."
            );

    private string Present()
    {
        if (InOrder.Count == 0)
            return "it has none at all";
        string names = string.Join(", ", InOrder.Take(5).Select(tensor => $"'{FileFaults.Shorten(tensor.Name)}'"));
        return InOrder.Count > 5 ? $"its {InOrder.Count} tensors begin with {names}" : $"it has {names}";
    }
}
