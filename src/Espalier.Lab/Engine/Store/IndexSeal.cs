using System.Buffers.Binary;
using System.Text;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// The checksum of an index, in itself: SQLite leaves the "user version" of a database's header to whoever uses it, and there stands that
/// of all other bytes and of how the table is made.
/// </summary>
internal static class IndexSeal
{
    private const int HeaderLength = 100,
        Place = 60,
        Length = 4;

    private static readonly uint s_schema = Crc32.Of(Encoding.UTF8.GetBytes(IndexTable.Schema));

    /// <summary>Puts it on a whole database.</summary>
    public static void Put(byte[] database) => BinaryPrimitives.WriteUInt32BigEndian(database.AsSpan(Place), Of(database));

    /// <summary>Whether it is on, and right.</summary>
    public static bool IsOn(byte[] content) =>
        content.Length >= HeaderLength && BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(Place)) == Of(content);

    /// <summary>Whether it is a database that was never sealed.</summary>
    public static bool IsOfEarlierVersion(byte[] content) =>
        content.AsSpan().StartsWith("SQLite format 3\0"u8)
        && content.Length >= HeaderLength
        && content.AsSpan(Place, Length).IndexOfAnyExcept((byte)0) < 0;

    private static uint Of(byte[] content)
    {
        uint first = Crc32.Append(s_schema, content.AsSpan(0, Place));
        return Math.Max(1, Crc32.Append(first, content.AsSpan(Place + Length)));
    }
}
