using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Runtime;

/// <summary>
/// Numbers for native calls, held for ever. TorchSharp wraps every number that a call takes, also the default factor 1 of a sum, in an
/// object that the garbage collector may finalize while the native code still reads it; it then computes with whatever lies there. Numbers
/// that live as long as the program cannot be. Calls that wrap a number of their own inside, such as a square's 2, are among the forbidden
/// ones: a test finds them all in TorchSharp's code.
/// </summary>
internal static class Held
{
#pragma warning disable RS0030 // the one place where numbers are wrapped
    public static readonly Scalar Zero = 0,
        One = 1,
        MinusOne = -1,
        LargestByte = 255f;

    /// <summary>A number for some calls; the caller disposes it after the last of them, which keeps it alive so long.</summary>
    public static Scalar Number(double value) => value;

    /// <inheritdoc cref="Number(double)"/>
    public static Scalar Number(long value) => value;
#pragma warning restore RS0030

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a − b.</summary>
    public static Tensor Minus(this Tensor a, Tensor b) => a.add(b, MinusOne);

    /// <summary>number · a.</summary>
    public static Tensor Times(this Tensor a, double number)
    {
        using Scalar held = Number(number);
        return a.mul(held);
    }

    /// <inheritdoc cref="Times(Tensor, double)"/>
    public static Tensor Times(this Tensor a, long number)
    {
        using Scalar held = Number(number);
        return a.mul(held);
    }

    /// <summary>a ← number · a.</summary>
    public static Tensor TimesInPlace(this Tensor a, double number)
    {
        using Scalar held = Number(number);
        return a.mul_(held);
    }

    /// <summary>a + number.</summary>
    public static Tensor Plus(this Tensor a, double number)
    {
        using Scalar held = Number(number);
        return a.add(held);
    }

    /// <summary>a².</summary>
    public static Tensor Square(Tensor a) => a.mul(a);

    /// <summary>0, 1, ..., count − 1: [count].</summary>
    public static Tensor Range(long count, ScalarType type, Device? device = null)
    {
        using Scalar held = Number(count);
        return arange(Zero, held, One, type, device);
    }

    /// <summary>a / number.</summary>
    public static Tensor DividedBy(this Tensor a, double number)
    {
        using Scalar held = Number(number);
        return a.div(held);
    }

    /// <summary>a ← number, everywhere.</summary>
    public static void FillWith(this Tensor a, double number)
    {
        using Scalar held = Number(number);
        a.fill_(held);
    }

    /// <summary>a ← a + b.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>a ← a − b.</summary>
    public static Tensor MinusInPlace(this Tensor a, Tensor b) => a.add_(b, MinusOne);
}
