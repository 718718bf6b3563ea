using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Espalier.Files;

/// <summary>
/// Reads the array in a NumPy file (<c>.npy</c>): a short text that describes it, and its bytes. Arrays of Python objects, whose bytes are
/// a pickle, are refused.
/// </summary>
internal static partial class NpyArray
{
    private const int LongestText = 64 << 10;

    private static readonly Dictionary<string, TensorType> s_types = new(StringComparer.Ordinal)
    {
        ["|u1"] = TensorType.UInt8,
        ["|i1"] = TensorType.Int8,
        ["|b1"] = TensorType.Bool,
        ["<i2"] = TensorType.Int16,
        ["<i4"] = TensorType.Int32,
        ["<i8"] = TensorType.Int64,
        ["<f2"] = TensorType.Float16,
        ["<f4"] = TensorType.Float32,
        ["<f8"] = TensorType.Float64,
    };

    /// <summary>Reads an array.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">The array's name.</param>
    /// <param name="path">What messages call the file that holds it.</param>
    /// <exception cref="InputException">It is damaged, or of a kind that is not read.</exception>
    public static StoredTensor Read(ReadOnlyMemory<byte> file, string name, string path)
    {
        string label = FileFaults.Shorten(name);
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes.Length < 12 || bytes[0] != 0x93 || !bytes[1..].StartsWith("NUMPY"u8) || bytes[6] is < 1 or > 3)
            throw Fault("is no NumPy array");
        int begin = bytes[6] == 1 ? 10 : 12;
        long length =
            bytes[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length > LongestText || begin + length > bytes.Length)
            throw Fault($"has a description of {length} bytes");
        string text = Encoding.Latin1.GetString(bytes.Slice(begin, (int)length));
        Match found = Description().Match(text);
        string kind = Kind().Match(text).Groups[1].Value;
        if (kind.Contains('O'))
            throw Fault("is an array of Python objects, which only Python could read by running them; expected numbers");
        if (!s_types.TryGetValue(kind, out TensorType type))
            throw Fault($"has elements of the kind '{FileFaults.Shorten(kind)}'; expected {string.Join(", ", s_types.Keys)}");
        if (!found.Success)
            throw Fault("does not say what its shape is");
        long[] shape = Shape(found.Groups[2].Value) ?? throw Fault("has an impossible shape");
        if (found.Groups[1].Value == "True" && shape.Length > 1)
            throw Fault("lies column by column (fortran_order); expected rows: save numpy.ascontiguousarray of it");
        int start = begin + (int)length;
        if (!type.TryCountBytes(shape, out long size) || size != bytes.Length - start)
            throw Fault($"has {bytes.Length - start} bytes of numbers, which do not fit {StoredTensor.Describe(type, shape)}");
        return StoredTensor.Create(name, type, shape, file[start..]);

        InputException Fault(string what) => new($"'{path}': '{label}' {what}.");
    }

    private static long[]? Shape(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        long[] shape = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (!long.TryParse(parts[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
                return null;
        return shape.Length <= TensorTypes.MostAxes ? shape : null;
    }

    [GeneratedRegex(@"'fortran_order':\s*(True|False),\s*'shape':\s*\(([0-9L, ]*)\)")]
    private static partial Regex Description();

    [GeneratedRegex(@"'descr':\s*'([^']*)'")]
    private static partial Regex Kind();
}
