namespace Espalier.Files;

/// <summary>
/// A new file being written. What the system says to a file larger than its file system takes, the runtime reports as a wrong argument of
/// whoever writes; here it is a fault of the disk like any other.
/// </summary>
/// <remarks>
/// It holds a file stream instead of deriving from one: the runtime lets a derived one write through its own overrides, in a circle.
/// </remarks>
internal sealed class PartStream(string path) : Stream
{
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

    public override bool CanRead => _file.CanRead;

    public override bool CanSeek => _file.CanSeek;

    public override bool CanWrite => _file.CanWrite;

    public override long Length => _file.Length;

    public override long Position
    {
        get => _file.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => _file.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => _file.Read(buffer);

    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

    public override void SetLength(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        try
        {
            _file.SetLength(value);
        }
        catch (ArgumentException fault)
        {
            throw TooLarge(fault);
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.Write(buffer);
        }
        catch (ArgumentException fault)
        {
            throw TooLarge(fault);
        }
    }

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush() => Flush(toDisk: false);

    /// <summary>Hands everything to the system and, if wanted, waits until it is on the disk.</summary>
    public void Flush(bool toDisk)
    {
        try
        {
            _file.Flush(toDisk);
        }
        catch (ArgumentException fault)
        {
            throw TooLarge(fault);
        }
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
                _file.Dispose();
        }
        catch (ArgumentException fault)
        {
            throw TooLarge(fault); // closing writes what a failed flush left in the buffer
        }
        base.Dispose(disposing);
    }

    private static IOException TooLarge(ArgumentException fault) => new("the file is larger than its file system takes", fault);
}
