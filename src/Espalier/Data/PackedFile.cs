using System.Buffers.Binary;
using System.Security.Cryptography;
using Espalier.Files;
using Microsoft.Win32.SafeHandles;

namespace Espalier.Data;

/// <summary>
/// A file of packed images, open to be read by several threads. It has a head that says what it was made of; each image behind its CRC-32
/// and length; the list of them; a SHA-256 of all that, one of the list, the list's length, and a mark that it was finished.
/// </summary>
/// <remarks>
/// Images are read from the system's cache of files by their places and not through mapped memory: a file that is cut short meanwhile is an
/// error then, and not the end of the process.
/// </remarks>
internal sealed class PackedFile : IDisposable
{
    /// <summary>Bytes before the first image, and before each.</summary>
    public const int HeadLength = 64,
        RecordHead = 8;

    private const int DigestLength = SHA256.HashSizeInBytes,
        TailLength = 2 * DigestLength + 16;

    private static readonly byte[] s_start = "espalier packed images 1\n\0\0\0\0\0\0\0"u8.ToArray();
    private static readonly byte[] s_end = "packed!\n"u8.ToArray();

    private readonly SafeFileHandle _handle;
    private readonly long _listBegin;
    private readonly byte[] _digest;

    private PackedFile(string path, SafeFileHandle handle, PackedContent content, long listBegin, byte[] digest) =>
        (Path, _handle, Content, _listBegin, _digest) = (path, handle, content, listBegin, digest);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public PackedContent Content { get; }

    /// <summary>The head of a file that is made of something.</summary>
    /// <param name="madeOf">A SHA-256 of it.</param>
    public static byte[] Head(byte[] madeOf) => [.. s_start, .. madeOf];

    /// <summary>What precedes an image.</summary>
    public static byte[] RecordOf(ReadOnlySpan<byte> image)
    {
        byte[] head = new byte[RecordHead];
        // The complement: bytes that a failed disk left at zero are no image without any.
        BinaryPrimitives.WriteUInt32LittleEndian(head, ~Crc32.Of(image));
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), image.Length);
        return head;
    }

    /// <summary>The length and the checksum in what precedes an image.</summary>
    public static (int Length, uint Checksum) Parsed(byte[] head) =>
        (BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)), ~BinaryPrimitives.ReadUInt32LittleEndian(head));

    /// <summary>What follows the images.</summary>
    /// <param name="content">Of the file.</param>
    /// <param name="before">Has seen all bytes up to here.</param>
    public static byte[] Tail(PackedContent content, IncrementalHash before)
    {
        byte[] list = content.ToBytes(),
            length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, list.Length);
        before.AppendData(list);
        return [.. list, .. before.GetHashAndReset(), .. SHA256.HashData(list), .. length, .. s_end];
    }

    /// <summary>Opens it and reads its list.</summary>
    /// <exception cref="InputException">It is another kind of file, was not finished, or its list is damaged.</exception>
    public static PackedFile Open(string path)
    {
        FileFaults.Open(path).Dispose(); // its sentences
        SafeFileHandle handle = FileFaults.Reading(path, () => File.OpenHandle(path, options: FileOptions.RandomAccess));
        try
        {
            return FileFaults.Reading(path, () => Read(path, handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Closes it; what images are read from stays open as long as somebody may ask for one.</summary>
    public void Dispose() => _handle.Dispose();

    private static PackedFile Read(string path, SafeFileHandle handle)
    {
        long length = RandomAccess.GetLength(handle);
        if (length < s_start.Length || !At(handle, 0, s_start.Length).AsSpan().SequenceEqual(s_start))
            throw new InputException($"'{path}' is no file of packed images; expected one of 'espalier data pack'.");
        byte[] tail = length < HeadLength + TailLength ? [] : At(handle, length - TailLength, TailLength);
        if (!tail.AsSpan(Math.Max(0, tail.Length - s_end.Length)).SequenceEqual(s_end))
            throw new InputException($"'{path}' is cut off, or was not packed to its end.");
        long list = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(2 * DigestLength)),
            begin = length - TailLength - list;
        if (list is < 0 or > int.MaxValue / 2 || begin < HeadLength)
            throw Damaged(path, "its list of images does not fit into it");
        byte[] bytes = At(handle, begin, (int)list);
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(tail.AsSpan(DigestLength, DigestLength)))
            throw Damaged(path, "its list of images does not match its checksum");
        try
        {
            var content = PackedContent.Of(bytes);
            if (content.Classes.Count < 2 || content.Train.Concat(content.Test).Any(IsImpossible))
                throw Damaged(path, "its list names images that cannot be in it");
            return new PackedFile(path, handle, content, begin, tail[..DigestLength]);

            bool IsImpossible(PackedImage image) =>
                image.Offset < HeadLength + RecordHead
                || image.Length < 0
                || image.Offset > begin - image.Length
                || image.Label < 0
                || image.Label >= content.Classes.Count;
        }
        catch (Exception fault) when (fault is FormatException or EndOfStreamException)
        {
            throw Damaged(path, "its list of images cannot be read");
        }
    }

    /// <summary>Reads an image.</summary>
    /// <exception cref="InputException">It does not match its checksum, or cannot be read.</exception>
    public RentedBytes Image(PackedImage image)
    {
        var bytes = new RentedBytes(image.Length);
        try
        {
            FileFaults.Reading(Path, () => Fill(_handle, image.Offset, bytes.Array.AsSpan(0, image.Length)));
            return Crc32.Of(bytes.Memory.Span) == image.Checksum
                ? bytes
                : throw Damaged(Path, $"'{FileFaults.Shorten(image.Name)}' in it does not match its checksum");
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>Reads all of it once, and holds every image and the whole to their checksums.</summary>
    /// <param name="seen">Gets the number of images that were read.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="InputException">Something does not match.</exception>
    public void Check(Action<int> seen, CancellationToken cancel)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(FileFaults.Reading(Path, () => At(_handle, 0, HeadLength)));
        long at = HeadLength;
        int done = 0;
        foreach (PackedImage image in Content.Train.Concat(Content.Test))
        {
            cancel.ThrowIfCancellationRequested();
            if (image.Offset != at + RecordHead)
                throw Damaged(Path, $"'{FileFaults.Shorten(image.Name)}' does not lie where the image before it ends");
            hash.AppendData(FileFaults.Reading(Path, () => At(_handle, at, RecordHead)));
            using RentedBytes bytes = Image(image);
            hash.AppendData(bytes.Memory.Span);
            at = image.Offset + image.Length;
            seen(++done);
        }
        hash.AppendData(
            FileFaults.Reading(Path, () => At(_handle, _listBegin, (int)(RandomAccess.GetLength(_handle) - TailLength - _listBegin)))
        );
        if (at != _listBegin || !hash.GetHashAndReset().AsSpan().SequenceEqual(_digest))
            throw Damaged(Path, "it does not match its checksum as a whole");
    }

    private static byte[] At(SafeFileHandle handle, long offset, int length)
    {
        byte[] bytes = new byte[length];
        Fill(handle, offset, bytes);
        return bytes;
    }

    private static bool Fill(SafeFileHandle handle, long offset, Span<byte> bytes)
    {
        for (int done = 0; done < bytes.Length; )
            done += RandomAccess.Read(handle, bytes[done..], offset + done) is > 0 and var read ? read : throw new EndOfStreamException();
        return true;
    }

    private static InputException Damaged(string path, string what) => new($"'{path}' is damaged: {what}.");
}
