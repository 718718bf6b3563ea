using System.Text;

namespace Espalier.Files;

/// <summary>What an array in a MATLAB file of version 5 begins with.</summary>
/// <param name="Kind">The array's class, such as 2 for structures, 4 for texts, 6 to 15 for numbers.</param>
/// <param name="IsComplex">Whether its numbers have an imaginary part.</param>
/// <param name="ShapeType">The type of the numbers of its shape.</param>
/// <param name="Shape">Lengths of its axes, MATLAB's first one first.</param>
/// <param name="Name">Its name.</param>
/// <param name="End">Where what follows begins.</param>
internal readonly record struct MatHeader(byte Kind, bool IsComplex, uint ShapeType, ReadOnlyMemory<byte> Shape, string Name, int End)
{
    /// <summary>Whether it is of numbers.</summary>
    public bool IsNumeric => Kind is >= 6 and <= 15;

    /// <summary>Reads that of an element.</summary>
    /// <exception cref="InputException">It is damaged.</exception>
    public static MatHeader Of(ReadOnlyMemory<byte> element, string path)
    {
        (uint type, ReadOnlyMemory<byte> flags, int at) = MatFile.Next(element, 0, path);
        if (type != 6 || flags.Length != 8)
            throw MatFile.Fault(path, "an array does not say what it is");
        (uint ofShape, ReadOnlyMemory<byte> shape, at) = MatFile.Next(element, at, path);
        (_, ReadOnlyMemory<byte> name, at) = MatFile.Next(element, at, path);
        return new MatHeader(flags.Span[0], (flags.Span[1] & 0x08) != 0, ofShape, shape, Encoding.Latin1.GetString(name.Span), at);
    }
}
