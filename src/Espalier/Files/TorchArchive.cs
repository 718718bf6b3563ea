using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Espalier.Files;

/// <summary>The zip file around a PyTorch checkpoint: <c>root/data.pkl</c> and one entry <c>root/data/key</c> for each storage.</summary>
internal sealed class TorchArchive
{
    private const string PickleName = "/data.pkl";
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorContent> _found = new(StringComparer.Ordinal);
    private readonly string _path,
        _root;
    private readonly long _size;
    private long _unread;

    public TorchArchive(Stream stream, string path)
    {
        _path = path;
        _size = _unread = stream.Length;
        CheckBeginning(stream);
        stream.Position = 0;
        // It holds nothing but the stream, which is its owner's to close.
        var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (!_entries.TryAdd(entry.FullName, entry))
                throw Fault($"its entry '{FileFaults.Shorten(entry.FullName)}' occurs twice");
        }
        string? pickle = _entries.Keys.FirstOrDefault(name =>
            name.EndsWith(PickleName, StringComparison.Ordinal) && name.IndexOf('/') == name.Length - PickleName.Length
        );
        if (pickle == null)
            throw new InputException($"'{path}' is a zip file but no PyTorch checkpoint: it has no entry 'data.pkl'.");
        _root = pickle[..^PickleName.Length];
        if (
            _entries.ContainsKey($"{_root}/byteorder")
            && Encoding.ASCII.GetString(Read("byteorder")).Trim() is var order
            && order != "little"
        )
            throw new InputException($"'{path}' holds numbers in the byte order '{FileFaults.Shorten(order)}', expected 'little'.");
    }

    public byte[] ReadPickle() => Read(PickleName[1..]);

    /// <summary>A storage, to be read while the stream is open.</summary>
    public TensorContent FindStorage(string key) => Find($"data/{key}");

    /// <summary>The text that <see cref="TorchCheckpointWriter"/> puts beside the tensors; none in another tool's file.</summary>
    public Dictionary<string, string> ReadDescription()
    {
        if (!_entries.ContainsKey($"{_root}/{TorchCheckpointWriter.DescriptionEntry}"))
            return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(Read(TorchCheckpointWriter.DescriptionEntry))
                ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw Fault($"its entry '{TorchCheckpointWriter.DescriptionEntry}' is no table of texts");
        }
    }

    private byte[] Read(string name)
    {
        byte[] bytes = new byte[Find(name).Length];
        Find(name).Open().Read(bytes);
        return bytes;
    }

    private TensorContent Find(string name)
    {
        if (_found.TryGetValue(name, out TensorContent? known))
            return known;
        string label = FileFaults.Shorten(name);
        if (!_entries.TryGetValue($"{_root}/{name}", out ZipArchiveEntry? entry))
            throw Fault($"it has no entry '{label}'");
        if (entry.Length != entry.CompressedLength)
            throw Fault($"its entry '{label}' is compressed, PyTorch stores entries as they are");
        // Entries cannot overlap: those read so far are together no longer than the file, which bounds what is allocated.
        if (entry.Length > _unread)
            throw Fault($"its entry '{label}' claims {entry.Length} bytes, more than the file of {_size} has left");
        if (entry.Length > Array.MaxLength)
            throw new InputException($"'{_path}' holds '{label}' of {entry.Length} bytes, the limit is {Array.MaxLength}.");
        _unread -= entry.Length;
        return _found[name] = new TensorContent((int)entry.Length, () => Open(entry, label));
    }

    private ContentReader Open(ZipArchiveEntry entry, string label)
    {
        Stream? stream = null;
        return new ContentReader(
            entry.Length,
            target =>
            {
                try
                {
                    stream ??= entry.Open();
                    stream.ReadExactly(target);
                }
                catch (Exception fault) when (FileFaults.OfZip(_path, fault) is { } refused)
                {
                    throw refused;
                }
            }
        )
        {
            // PyTorch can be told to write no checksums; it then leaves 0.
            Crc = entry.Crc32 == 0 ? null : entry.Crc32,
            Mismatch = () => Fault($"the checksum of its entry '{label}' does not match"),
        };
    }

    private void CheckBeginning(Stream stream)
    {
        FileKind kind = FileKinds.Of(stream);
        if (kind != FileKind.Zip)
            throw new InputException($"'{_path}' is not a PyTorch checkpoint: it does not begin like a zip file, it is {kind.Words()}.");
    }

    private InputException Fault(string what) => new($"'{_path}' is damaged: {what}.");
}
