using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Espalier.Files;

/// <summary>The zip file around a PyTorch checkpoint: <c>root/data.pkl</c> and one entry <c>root/data/key</c> for each storage.</summary>
internal sealed class TorchArchive : IDisposable
{
    private const string PickleName = "/data.pkl";
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly ZipArchive _zip;
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
        _zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in _zip.Entries)
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

    public byte[] ReadStorage(string key) => Read($"data/{key}");

    /// <summary>The text that <see cref="TorchCheckpointWriter"/> puts beside the tensors; none in another tool's file.</summary>
    public IReadOnlyDictionary<string, string> ReadDescription()
    {
        if (!_entries.ContainsKey($"{_root}/{TorchCheckpointWriter.DescriptionEntry}"))
            return new Dictionary<string, string>();
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

    public void Dispose() => _zip.Dispose();

    private byte[] Read(string name)
    {
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
        byte[] bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        // PyTorch can be told to write no checksums; it then leaves 0.
        if (entry.Crc32 != 0 && Crc32.Of(bytes) != entry.Crc32)
            throw Fault($"the checksum of its entry '{label}' does not match");
        return bytes;
    }

    private void CheckBeginning(Stream stream)
    {
        FileKind kind = FileKinds.Of(stream);
        if (kind != FileKind.Zip)
            throw new InputException($"'{_path}' is not a PyTorch checkpoint: it does not begin like a zip file, it is {kind.Words()}.");
    }

    private InputException Fault(string what) => new($"'{_path}' is damaged: {what}.");
}
