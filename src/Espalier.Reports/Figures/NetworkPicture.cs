using Espalier.Networks;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>A network's graph as a picture of its own.</summary>
public static class NetworkPicture
{
    /// <summary>
    /// As SVG, on white: a row a node in their order, lines from what is read to what reads it, and the groups that channels belong to in
    /// colours.
    /// </summary>
    public static string Svg(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return SvgRenderer.Standalone(NetworkFigure.Of(network, "network", $"{network}"));
    }
}
