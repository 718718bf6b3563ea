using System.Diagnostics.CodeAnalysis;

namespace Espalier.Files;

/// <summary>Names and sizes of the tensor types.</summary>
public static class TensorTypes
{
    private static readonly string[] Names = ["F32", "F64", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL"];
    private static readonly int[] Sizes = [4, 8, 2, 2, 8, 4, 2, 1, 1, 1];

    /// <summary>The most axes a stored tensor may have, as in PyTorch.</summary>
    public const int MostAxes = 64;

    /// <summary>All names, for messages.</summary>
    internal static string Known => string.Join(", ", Names);

    /// <summary>The name in a safetensors file, such as <c>BF16</c>.</summary>
    public static string StoredName(this TensorType type) => Names[(int)type];

    /// <summary>Bytes of one element: 1, 2, 4 or 8.</summary>
    public static int Size(this TensorType type) => Sizes[(int)type];

    /// <summary>The type with a safetensors name (upper case); false if there is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out TensorType type)
    {
        int index = Array.IndexOf(Names, name);
        type = (TensorType)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>
    /// Bytes of a tensor of this type and shape; false if an axis is negative, there are more than <see cref="MostAxes"/>,
    /// or the product does not fit in 64 bits.
    /// </summary>
    public static bool TryCountBytes(this TensorType type, IReadOnlyList<long> shape, out long bytes)
    {
        bytes = type.Size();
        if (shape.Count > MostAxes)
            return false;
        foreach (long length in shape)
        {
            Int128 product = (Int128)bytes * length;
            if (length < 0 || product > long.MaxValue)
                return false;
            bytes = (long)product;
        }
        return true;
    }
}
