namespace Espalier.Files;

/// <summary>
/// A file of tensors that is open: names, types and shapes are known, and what is in them is read when it is asked for, at once to where
/// it is wanted. Weights of a gigabyte then take a gigabyte, not two.
/// </summary>
internal sealed class OpenTensorFile : IDisposable
{
    private readonly List<FileStream> _streams = [];

    private OpenTensorFile(string path)
    {
        try
        {
            Content = Open(path, sharded: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What is in it, to be used while it is open.</summary>
    public TensorFile Content { get; }

    /// <inheritdoc cref="TensorFile.Read(string)"/>
    public static OpenTensorFile Of(string path) => new(path);

    /// <summary>Closes the file; what was loaded stays.</summary>
    public void Dispose()
    {
        foreach (FileStream stream in _streams)
            stream.Dispose();
    }

    private TensorFile Open(string path, bool sharded)
    {
        FileStream stream = FileFaults.Open(path);
        _streams.Add(stream);
        FileKind kind = FileFaults.Reading(path, () => FileKinds.Of(stream));
        // Files of an index are no indices themselves.
        if (sharded && kind == FileKind.Json)
        {
            TensorFile? found = FileFaults.Reading(path, () => ShardIndex.Read(stream, path, shard => Open(shard, sharded: false)));
            if (found is not null)
                return found;
        }
        return kind switch
        {
            FileKind.Safetensors => Safetensors.Open(stream, path),
            FileKind.Zip or FileKind.OldCheckpoint => TorchCheckpoint.Open(stream, path),
            _ => throw new InputException($"'{path}' is neither a safetensors file nor a PyTorch checkpoint, it is {kind.Words()}."),
        };
    }
}
