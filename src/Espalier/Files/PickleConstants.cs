using System.Globalization;

namespace Espalier.Files;

/// <summary>The instructions of a pickle that are a value by themselves: numbers, texts, bytes, true, false and none.</summary>
internal static class PickleConstants
{
    /// <summary>Reads what follows the instruction, if it is one of these.</summary>
    /// <param name="code">The instruction.</param>
    /// <param name="input">The pickle, at what follows it.</param>
    /// <param name="value">The value; of numbers too large and of bytes only what kind it is.</param>
    /// <returns>Whether it is one of these.</returns>
    public static bool TryRead(byte code, PickleCursor input, out object? value)
    {
        switch (code)
        {
            case (byte)'N':
                value = null;
                return true;
            case 0x88:
                value = true;
                return true;
            case 0x89:
                value = false;
                return true;
            case (byte)'J':
                value = (long)input.Int32();
                return true;
            case (byte)'K':
                value = (long)input.Byte();
                return true;
            case (byte)'M':
                value = (long)input.UInt16();
                return true;
            case (byte)'I':
                value = Whole(input.Line());
                return true;
            case (byte)'L':
                value = Whole(input.Line().TrimEnd('L'));
                return true;
            case 0x8a:
                value = (object?)input.Integer(input.Byte()) ?? PickleOpaque.Number;
                return true;
            case 0x8b:
                value = (object?)input.Integer(input.UInt32()) ?? PickleOpaque.Number;
                return true;
            case (byte)'G':
                value = input.Double();
                return true;
            case (byte)'F':
                input.Line();
                value = PickleOpaque.Number;
                return true;
            case (byte)'X':
                value = input.Text(input.UInt32());
                return true;
            case 0x8c:
                value = input.Text(input.Byte());
                return true;
            case 0x8d:
                value = input.Text(input.UInt64());
                return true;
            case (byte)'U' or (byte)'C':
                input.Skip(input.Byte());
                value = PickleOpaque.Bytes;
                return true;
            case (byte)'T' or (byte)'B':
                input.Skip(input.UInt32());
                value = PickleOpaque.Bytes;
                return true;
            case 0x8e or 0x96:
                input.Skip(input.UInt64());
                value = PickleOpaque.Bytes;
                return true;
            default:
                value = null;
                return false;
        }
    }

    private static object Whole(string digits)
    {
        // "00" and "01" are how protocol 0 writes false and true.
        if (digits is "00" or "01")
            return digits == "01";
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : PickleOpaque.Number;
    }
}
