using System.Security.Cryptography;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>A file of packed images that grows: what an earlier attempt left is kept up to its last whole image.</summary>
internal sealed class UnfinishedPack : IDisposable
{
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<(long Offset, int Length, uint Checksum)> _records = [];

    private UnfinishedPack(FileStream stream) => _stream = stream;

    /// <summary>Images in it.</summary>
    public IReadOnlyList<(long Offset, int Length, uint Checksum)> Records => _records;

    /// <summary>Bytes so far.</summary>
    public long Length => _stream.Position;

    /// <summary>Goes on with a file, or begins one.</summary>
    /// <param name="path">Where.</param>
    /// <param name="head">What it is made of: a file with another head is written over.</param>
    public static UnfinishedPack Open(string path, byte[] head)
    {
        // Who packs it at the same time has it for himself.
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 20);
        var pack = new UnfinishedPack(stream);
        try
        {
            byte[] there = new byte[head.Length];
            if (stream.ReadAtLeast(there, there.Length, throwOnEndOfStream: false) == there.Length && there.AsSpan().SequenceEqual(head))
            {
                pack._hash.AppendData(head);
                stream.SetLength(pack.Found());
                stream.Seek(0, SeekOrigin.End);
            }
            else
            {
                stream.SetLength(0);
                pack.Write(head);
            }
            return pack;
        }
        catch
        {
            pack.Dispose();
            throw;
        }
    }

    /// <summary>Adds an image.</summary>
    public void Add(byte[] image)
    {
        Write(PackedFile.RecordOf(image));
        _records.Add((_stream.Position, image.Length, Crc32.Of(image)));
        Write(image);
    }

    /// <summary>Writes the list and the checksums, down to the disk.</summary>
    /// <returns>Bytes of the file.</returns>
    public long Finish(PackedContent content)
    {
        _stream.Write(PackedFile.Tail(content, _hash));
        _stream.Flush(flushToDisk: true);
        return _stream.Length;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }

    private void Write(byte[] bytes)
    {
        _stream.Write(bytes);
        _hash.AppendData(bytes);
    }

    /// <summary>Takes the images that are whole.</summary>
    /// <returns>Where the last ends.</returns>
    private long Found()
    {
        byte[] head = new byte[PackedFile.RecordHead];
        for (long at = _stream.Position; ; at = _stream.Position)
        {
            if (_stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
                return at;
            (int length, uint checksum) = PackedFile.Parsed(head);
            if (length < 0 || length > _stream.Length - _stream.Position)
                return at;
            byte[] image = new byte[length];
            _stream.ReadExactly(image);
            if (Crc32.Of(image) != checksum)
                return at;
            _hash.AppendData(head);
            _hash.AppendData(image);
            _records.Add((at + head.Length, length, checksum));
        }
    }
}
