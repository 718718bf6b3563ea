using System.Globalization;

namespace Espalier.Networks;

/// <summary>Multiplies channels as torchvision's <c>width_mult</c> does: to the nearest multiple of 8, and never below nine
/// tenths.</summary>
/// <param name="Factor">Usually 1.</param>
internal readonly record struct Width(double Factor)
{
    /// <summary>Channels of this width.</summary>
    /// <param name="channels">Of width 1.</param>
    /// <param name="multiple">What they are to be a multiple of.</param>
    public int Of(double channels, int multiple = 8)
    {
        double wanted = channels * Factor;
        int rounded = Math.Max(multiple, (int)(wanted + multiple / 2.0) / multiple * multiple);
        return rounded < 0.9 * wanted ? rounded + multiple : rounded;
    }

    /// <summary>What stands behind a network's name.</summary>
    public override string ToString() => Factor == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" x{Factor}");
}
