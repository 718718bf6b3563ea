namespace Espalier.Files;

/// <summary>Named tensors and text metadata, as read from one file.</summary>
/// <param name="path">Where they were read.</param>
/// <param name="tensors">In the file's order.</param>
/// <param name="metadata">Text by key.</param>
public sealed class TensorFile(string path, IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata)
{
    /// <summary>Where they were read.</summary>
    public string Path { get; } = path;

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

    /// <summary>Text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata;

    /// <summary>The named tensor.</summary>
    /// <exception cref="InputException">The file does not hold it.</exception>
    public StoredTensor this[string name] => Tensors.TryGetValue(name, out StoredTensor? tensor) ? tensor
        : throw Nearest.Unknown($"tensor in {Path} named", name, Tensors.Keys);
}
