using System.Buffers;
using System.IO.Compression;

namespace Espalier.Data;

/// <summary>
/// Reads files that may be gzipped, and never believes their size: a decompressed length is counted with a small buffer before anything is
/// allocated for it, because a few kilobytes can decompress to gigabytes and a header can promise anything.
/// </summary>
internal static class GzipGuard
{
    private const int BufferSize = 64 << 10;

    /// <summary>Whether a stream starts with gzip's magic bytes; it is left at its start.</summary>
    public static bool IsGzip(Stream stream)
    {
        stream.Position = 0;
        bool gzip = stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
        stream.Position = 0;
        return gzip;
    }

    /// <summary>Opens what is in a seekable stream from its start, decompressed where it must be; the stream itself stays open.</summary>
    public static Stream Open(Stream stream)
    {
        bool gzip = IsGzip(stream);
        return gzip ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : new BufferedView(stream);
    }

    /// <summary>Reads and forgets up to <paramref name="limit"/> bytes.</summary>
    /// <returns>How many there were.</returns>
    public static long Skip(Stream stream, long limit)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long skipped = 0;
            while (skipped < limit)
            {
                int read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, limit - skipped));
                if (read == 0)
                    break;
                skipped += read;
            }
            return skipped;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A stream that does not close the one under it.</summary>
    private sealed class BufferedView(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
