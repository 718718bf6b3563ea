using System.Numerics;
using System.Runtime.InteropServices;
using Espalier.Files;
using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>Reads an array of a file to its place in a network's flat buffer, without a copy of it beside.</summary>
internal static class ArrayReading
{
    private const int Piece = 64 << 10;

    /// <summary>Reads an array.</summary>
    /// <param name="stored">In PyTorch's order.</param>
    /// <param name="layout">Of the network.</param>
    /// <param name="flat">Float32 [P] or [Q] on the CPU.</param>
    /// <param name="p">Where it goes.</param>
    /// <returns>Whether all its numbers are finite.</returns>
    /// <exception cref="InputException">The file is damaged, or holds no floating-point numbers there.</exception>
    public static bool Read(StoredTensor stored, ParameterLayout layout, Tensor flat, Parameter p)
    {
        var reader = new FloatReader(stored);
        using Tensor slice = layout.Slice(flat, p);
        Span<float> target = MemoryMarshal.Cast<byte, float>(slice.bytes);
        if (p.Kind == ParameterKind.ConvWeight && p.Shape[1] > 1 && p.Shape[2] * p.Shape[3] > 1)
            ReadTurned(reader, target, inputs: p.Shape[1], places: p.Shape[2] * p.Shape[3]);
        else if (p.Kind == ParameterKind.ConvTransposeWeight)
            ReadInputsFirst(reader, target, inputs: p.Shape[0], each: p.Count / p.Shape[0]);
        else
            reader.Read(target);
        return IsFinite(target);
    }

    /// <summary>Of each output, [inputs, places] becomes [places, inputs]: the order of channels-last kernels.</summary>
    private static void ReadTurned(FloatReader reader, Span<float> target, int inputs, int places)
    {
        int size = inputs * places;
        float[] buffer = GC.AllocateUninitializedArray<float>(Math.Max(1, Piece / size) * size);
        while (target.Length > 0)
        {
            Span<float> read = buffer.AsSpan(0, Math.Min(buffer.Length, target.Length));
            reader.Read(read);
            for (int begin = 0; begin < read.Length; begin += size)
            {
                Span<float> from = read.Slice(begin, size),
                    to = target.Slice(begin, size);
                for (int place = 0; place < places; place++)
                for (int input = 0; input < inputs; input++)
                    to[place * inputs + input] = from[input * places + place];
            }
            target = target[read.Length..];
        }
    }

    /// <summary>[inputs, each] becomes [each, inputs], an input after another: the order of transposed convolutions.</summary>
    private static void ReadInputsFirst(FloatReader reader, Span<float> target, int inputs, int each)
    {
        float[] read = GC.AllocateUninitializedArray<float>(each);
        for (int input = 0; input < inputs; input++)
        {
            reader.Read(read);
            for (int i = 0; i < each; i++)
                target[i * inputs + input] = read[i];
        }
    }

    /// <summary>Numbers that are infinite, or none, have every bit of their exponent set.</summary>
    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        const int Exponent = 0x7f800000;
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(values);
        Vector<int> exponent = new(Exponent),
            found = Vector<int>.Zero;
        for (; bits.Length >= Vector<int>.Count; bits = bits[Vector<int>.Count..])
            found |= Vector.Equals(new Vector<int>(bits) & exponent, exponent);
        bool isFinite = found == Vector<int>.Zero;
        foreach (int rest in bits)
            isFinite &= (rest & Exponent) != Exponent;
        return isFinite;
    }
}
