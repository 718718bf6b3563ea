using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Pruning;

/// <summary>
/// Bits that a sparse training's start takes of the pruned network: which of the places of each array are kept, how many being known,
/// log₂ C(n, kept); and of what is taken at those places 1 bit a sign, 31 a magnitude, 32 a weight.
/// </summary>
public static class TicketBits
{
    private const int Sign = 1,
        Magnitude = 31,
        Weight = Sign + Magnitude;

    /// <summary>Those of a mask: Σ log₂ C(n, kept) over the prunable arrays.</summary>
    public static double OfMask(Mask mask) => mask.Prunable.Sum(p => Log2Choose(p.Count, mask.Kept(p)));

    /// <summary>Those of a ticket that is trained from its own weights: its mask, and every weight and other value that is kept.</summary>
    public static double OfTicket(Mask mask) => OfMask(mask) + (double)Weight * mask.Network.Parameters.Sum(mask.Kept);

    /// <summary>Those of what a start takes beside a mask.</summary>
    public static double OfStart(Mask mask, TicketStartOptions options)
    {
        int each = options.Kind switch
        {
            TicketStart.Signed => Sign,
            TicketStart.Magnitudes => Magnitude,
            TicketStart.Copied => Weight,
            _ => 0,
        };
        int other =
            options.Kind == TicketStart.Own ? 0
            : options.Others == OtherArrays.Signs ? Sign
            : options.Others == OtherArrays.Values ? Weight
            : 0;
        long places = mask.Prunable.Where(p => options.Classifier || !mask.Network.IsClassifier(p)).Sum(mask.Kept),
            others = mask.Network.Parameters.Where(p => !p.IsWeight).Sum(p => (long)p.Count);
        return (double)each * places + (double)other * others;
    }

    /// <summary>log₂ of the number of ways to choose some of n places.</summary>
    internal static double Log2Choose(long n, long chosen) =>
        (LogFactorial(n) - LogFactorial(chosen) - LogFactorial(n - chosen)) / Math.Log(2);

    /// <summary>ln n!, by Stirling's series from 32 on, whose error there is below 1e-13.</summary>
    private static double LogFactorial(long n)
    {
        if (n < 32)
            return Enumerable.Range(1, (int)n).Sum(i => Math.Log(i));
        double x = n,
            inverse = 1 / (x * x);
        return x * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI * x) + (1.0 / 12 - inverse * (1.0 / 360 - inverse / 1260)) / x;
    }
}
