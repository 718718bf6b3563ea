using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Espalier.Files;

/// <summary>Reads arrays of structures of a MATLAB file of version 5: the texts and single numbers in them.</summary>
internal static class MatStructures
{
    private const byte Structure = 2,
        Text = 4;
    private const int MostFields = 1000;

    /// <summary>The structures of an element; null where it is something else, or has another name.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>>? Read(ReadOnlyMemory<byte> element, string wanted, string path)
    {
        var head = MatHeader.Of(element, path);
        long count = CountOf(head, path);
        if (head.Kind != Structure || head.Name.TrimEnd('\0') != wanted)
            return null;
        (_, ReadOnlyMemory<byte> length, int at) = MatFile.Next(element, head.End, path);
        (_, ReadOnlyMemory<byte> names, at) = MatFile.Next(element, at, path);
        int each = length.Length == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(length.Span) : 0;
        if (each < 1 || names.Length % each != 0 || names.Length / each is < 1 or > MostFields)
            throw MatFile.Fault(path, $"'{wanted}' does not say what fields it has");
        string[] fields = [.. Enumerable.Range(0, names.Length / each).Select(i => Plain(names.Slice(i * each, each)))];
        // Each field takes eight bytes at least.
        if (count * fields.Length > element.Length / 8)
            throw MatFile.Fault(path, $"'{wanted}' has {count} structures, which do not fit into it");
        var found = new List<IReadOnlyDictionary<string, string>>();
        for (long i = 0; i < count; i++)
        {
            Dictionary<string, string> one = new(StringComparer.Ordinal);
            foreach (string field in fields)
            {
                (_, ReadOnlyMemory<byte> value, at) = MatFile.Next(element, at, path);
                if (value.Length > 0 && Value(value, path) is { } text)
                    one[field] = text;
            }
            found.Add(one);
        }
        return found;
    }

    /// <summary>How many values an array has.</summary>
    private static long CountOf(MatHeader head, string path)
    {
        if (head.Shape.Length % sizeof(int) != 0)
            throw MatFile.Fault(path, $"'{FileFaults.Shorten(head.Name.TrimEnd('\0'))}' does not say its shape");
        long count = 1;
        foreach (int axis in LittleEndian.Values<int>(head.Shape.Span))
            count = axis >= 0 && count <= int.MaxValue ? count * axis : throw MatFile.Fault(path, "an array has an impossible shape");
        return count;
    }

    private static string? Value(ReadOnlyMemory<byte> element, string path)
    {
        var head = MatHeader.Of(element, path);
        long count = CountOf(head, path);
        if (head.Kind != Text && (!head.IsNumeric || count != 1))
            return null;
        (uint type, ReadOnlyMemory<byte> content, _) = MatFile.Next(element, head.End, path);
        return head.Kind == Text ? Letters(type, content.Span) : Number(type, content.Span)?.ToString(CultureInfo.InvariantCulture);
    }

    private static string? Letters(uint type, ReadOnlySpan<byte> letters) =>
        type switch
        {
            1 or 2 => Encoding.Latin1.GetString(letters),
            16 => Encoding.UTF8.GetString(letters),
            4 or 17 => Encoding.Unicode.GetString(letters),
            _ => null,
        };

    /// <summary>A number in whatever type takes the fewest bytes, as MATLAB writes whole ones.</summary>
    private static double? Number(uint type, ReadOnlySpan<byte> bytes) =>
        (type, bytes.Length) switch
        {
            (1, 1) => (sbyte)bytes[0],
            (2, 1) => bytes[0],
            (3, 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            (4, 2) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (5, 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            (6, 4) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (7, 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            (9, 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            _ => null,
        };

    private static string Plain(ReadOnlyMemory<byte> name) => Encoding.Latin1.GetString(name.Span).TrimEnd('\0');
}
