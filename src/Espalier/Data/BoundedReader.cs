using System.IO.Compression;

namespace Espalier.Data;

/// <summary>Reads data files without trusting what they say of their own size.</summary>
internal static class BoundedReader
{
    private const int Step = 1 << 20;

    /// <summary>Opens a file, through gzip if its first bytes are gzip's.</summary>
    public static Stream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            bool zipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            return zipped ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The data file {path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Reads exactly <paramref name="count"/> bytes; memory grows with what has really come.</summary>
    /// <exception cref="InputException">The stream ends earlier, or is damaged.</exception>
    public static byte[] Exactly(Stream stream, long count, string source)
    {
        byte[] buffer = new byte[Math.Min(count, Step)];
        int filled = 0;
        try
        {
            while (filled < count)
            {
                if (filled == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(count, 2L * buffer.Length));
                int read = stream.Read(buffer, filled, buffer.Length - filled);
                if (read == 0) throw new InputException($"{source} ends after {filled} of {count} bytes of data; it is truncated.");
                filled += read;
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw new InputException($"{source} is damaged: {fault.Message}", fault);
        }
        return buffer;
    }

    /// <summary>Refuses anything after what was expected.</summary>
    public static void MustEnd(Stream stream, string source)
    {
        try
        {
            if (stream.ReadByte() >= 0) throw new InputException($"{source} goes on after the end of its data.");
        }
        catch (InvalidDataException fault)
        {
            throw new InputException($"{source} is damaged: {fault.Message}", fault);
        }
    }
}
