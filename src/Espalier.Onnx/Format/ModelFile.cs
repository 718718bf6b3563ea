using Espalier.Files;

namespace Espalier.Onnx.Format;

/// <summary>A model's file: its bytes, what is said of it in faults, and how much it may become in memory.</summary>
internal sealed class ModelFile
{
    /// <summary>Nodes, attributes, arrays and names of a model, of which each takes more memory than bytes in the file.</summary>
    private const int MostParts = 1_000_000;

    /// <summary>What folding may make of constants beside the file's own size, in bytes.</summary>
    private const long Room = 1L << 26;
    private readonly HashSet<string> _beside = new(StringComparer.Ordinal);
    private int _parts;
    private long _made;

    /// <summary>Reads all of it.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public ModelFile(string path)
    {
        Path = path;
        using FileStream stream = FileFaults.Open(path);
        Bytes = FileFaults.Reading(
            path,
            () =>
            {
                if (stream.Length > Array.MaxLength)
                    throw new InputException($"'{path}' has {stream.Length} bytes; an ONNX model has at most {Array.MaxLength}.");
                byte[] bytes = GC.AllocateUninitializedArray<byte>((int)stream.Length);
                stream.ReadExactly(bytes);
                return bytes;
            }
        );
        Size = Bytes.Length;
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Its content.</summary>
    public byte[] Bytes { get; }

    /// <summary>Bytes of it and of the files beside it that hold its arrays.</summary>
    public long Size { get; private set; }

    /// <summary>Counts a file beside the model, once.</summary>
    public void External(string path, long bytes)
    {
        if (_beside.Add(path))
            Size += bytes;
    }

    /// <summary>Counts a part, of which there may not be too many.</summary>
    public void Count()
    {
        if (++_parts > MostParts)
            throw new InputException($"'{Path}' has more than {MostParts} nodes, attributes, arrays and names; no network has.");
    }

    /// <summary>Counts bytes that are made of the file's numbers.</summary>
    public void Make(long bytes)
    {
        _made += bytes;
        if (bytes < 0 || _made > Size * 2 + Room)
            throw new InputException($"'{Path}' makes arrays of {_made} bytes of the {Size} in its files; expected at most twice as many.");
    }

    /// <summary>What is said of bytes that are no model.</summary>
    public InputException Damaged(string why, Exception? inner = null) => new($"'{Path}' is no ONNX model, or damaged: {why}.", inner!);
}
