using System.Buffers.Binary;
using System.Text;

namespace Espalier.Files;

/// <summary>
/// Writes a zip file whose entries are stored as they are, each beginning at a multiple of 64 bytes as PyTorch's do, so that they can be
/// mapped. The runtime's own writer cannot place entries. The same entries give the same bytes.
/// </summary>
/// <param name="stream">Gets the file from here on; left open.</param>
/// <param name="largest">Places from here on are written in 64 bits; those that do not fit into 32 must be.</param>
internal sealed class StoredZip(Stream stream, long largest = uint.MaxValue)
{
    private const int Alignment = 64,
        LocalLength = 30;
    private const ushort Padding = 0x4246,
        Wide = 1,
        Plain = 20,
        Wider = 45,
        FirstDay = 0x21;
    private readonly List<(byte[] Name, uint Crc, long Length, long Place)> _entries = [];
    private long _position;

    /// <summary>Adds an entry.</summary>
    /// <param name="name">In letters of ASCII.</param>
    /// <param name="bytes">Its content, shorter than 2 GiB.</param>
    public void Add(string name, ReadOnlySpan<byte> bytes)
    {
        byte[] ascii = Encoding.ASCII.GetBytes(name);
        uint crc = Crc32.Of(bytes);
        _entries.Add((ascii, crc, bytes.Length, _position));
        // The field of padding has four bytes of its own.
        long data = _position + LocalLength + ascii.Length + 4;
        int padding = (int)(-data & (Alignment - 1));
        Number(0x04034b50u);
        Number(Plain);
        Facts(crc, bytes.Length, ascii.Length, 4 + padding);
        Write(ascii);
        Number(Padding);
        Number((ushort)padding);
        Write(new byte[padding]);
        Write(bytes);
    }

    /// <summary>Writes the table of entries, after which none can be added.</summary>
    public void Finish()
    {
        long begin = _position;
        foreach ((byte[] name, uint crc, long length, long place) in _entries)
        {
            bool wide = place >= largest;
            Number(0x02014b50u);
            Number(wide ? Wider : Plain);
            Number(wide ? Wider : Plain);
            Facts(crc, length, name.Length, wide ? 12 : 0);
            Write(new byte[10]); // no comment, first disk, no attributes
            Number(wide ? uint.MaxValue : (uint)place);
            Write(name);
            if (!wide)
                continue;
            Number(Wide);
            Number((ushort)8);
            Number(place);
        }
        long end = _position;
        bool wideEnd = begin >= largest || _entries.Count >= ushort.MaxValue;
        if (wideEnd)
            WideEnd(begin, end);
        Number(0x06054b50u);
        Number(0u); // disks
        ushort count = wideEnd ? ushort.MaxValue : (ushort)_entries.Count;
        Number(count);
        Number(count);
        Number(wideEnd ? uint.MaxValue : (uint)(end - begin));
        Number(wideEnd ? uint.MaxValue : (uint)begin);
        Number((ushort)0); // no comment
    }

    private void WideEnd(long begin, long end)
    {
        Number(0x06064b50u);
        Number(44L);
        Number(Wider);
        Number(Wider);
        Number(0L); // disks
        Number((long)_entries.Count);
        Number((long)_entries.Count);
        Number(end - begin);
        Number(begin);
        Number(0x07064b50u);
        Number(0u);
        Number(end);
        Number(1u);
    }

    /// <summary>What the two headers of an entry share, from the flags on.</summary>
    private void Facts(uint crc, long length, int name, int extra)
    {
        Number((ushort)0); // flags
        Number((ushort)0); // not compressed
        Number((ushort)0); // midnight
        Number(FirstDay); // of 1980: the same content gives the same bytes
        Number(crc);
        Number((uint)length); // as stored
        Number((uint)length); // unpacked, the same
        Number((ushort)name);
        Number((ushort)extra);
    }

    private void Number(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        Write(bytes);
    }

    private void Number(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Write(bytes);
    }

    private void Number(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Write(bytes);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        _position += bytes.Length;
    }
}
