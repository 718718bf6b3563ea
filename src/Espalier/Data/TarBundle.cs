using System.Text;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>
/// Files of a tar archive, gzipped or not, read as a stream without unpacking it to disk. The archive is read twice: first to find the
/// files' true lengths, so that no memory is set aside on the word of a header, then for their content.
/// </summary>
/// <remarks>
/// The runtime's own reader is not used: it allocates what the headers of long names and extended attributes ask for.
/// Here those are skipped like any file that is not wanted; the names wanted are short.
/// </remarks>
internal sealed class TarBundle : FileBundle
{
    private const int Block = 512;
    private const int LongestPadding = 1 << 20;
    private readonly HashSet<string> _wanted;
    private readonly Dictionary<string, long> _lengths = [];

    /// <summary>Goes through the archive once.</summary>
    public TarBundle(string path, IEnumerable<string> wanted)
    {
        (Where, _wanted) = (path, [.. wanted]);
        Walk(
            (name, length, content) =>
            {
                long found = GzipGuard.Skip(content, length);
                if (found < length)
                    throw new InputException($"'{path}' ends {found} bytes into '{name}', which should have {length}.");
                if (!_lengths.TryAdd(name, length))
                    throw new InputException($"'{path}' holds '{name}' twice.");
            }
        );
    }

    /// <inheritdoc/>
    public override string Where { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, long> Lengths => _lengths;

    /// <inheritdoc/>
    public override void Visit(Action<string, Stream> visit) => Walk((name, _, content) => visit(name, content));

    private void Walk(Action<string, long, Stream> visit) =>
        FileFaults.Reading(
            Where,
            () =>
            {
                using FileStream file = new(Where, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
                using Stream content = GzipGuard.Open(file);
                byte[] header = new byte[Block];
                while (true)
                {
                    int read = content.ReadAtLeast(header, Block, throwOnEndOfStream: false);
                    if (read == 0 || (read == Block && !header.AsSpan().ContainsAnyExcept((byte)0)))
                    {
                        // Reading on to the end makes the decompressor compare its checksum.
                        GzipGuard.Skip(content, LongestPadding);
                        return true;
                    }
                    if (read < Block || !ChecksumHolds(header))
                        throw new InputException($"'{Where}' is not a tar archive, or is damaged or truncated.");
                    long length = Octal(header.AsSpan(124, 12));
                    long padding = (Block - length % Block) % Block;
                    string name = Encoding.UTF8.GetString(header, 0, 100).TrimEnd('\0');
                    name = name[(name.LastIndexOf('/') + 1)..];
                    if (header[156] is (byte)'0' or 0 && _wanted.Contains(name))
                        visit(name, length, content);
                    else
                        GzipGuard.Skip(content, length);
                    GzipGuard.Skip(content, padding);
                }
            }
        );

    private static bool ChecksumHolds(ReadOnlySpan<byte> header)
    {
        long sum = 8 * ' ';
        for (int i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? 0 : header[i];
        return sum == Octal(header.Slice(148, 8));
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        long value = 0;
        foreach (byte digit in field.TrimStart((byte)' '))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                break;
            value = value * 8 + (digit - '0');
        }
        return value;
    }
}
