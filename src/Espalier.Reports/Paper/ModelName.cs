using System.Globalization;

namespace Espalier.Reports.Paper;

/// <summary>Reads the names that grids give to networks.</summary>
internal static class ModelName
{
    private const string Width = "width=";

    /// <summary>
    /// Base name and width: <c>resnet20:width=4</c> is (resnet20, 4); without a width, 1. Any other option makes it a network the paper
    /// does not have.
    /// </summary>
    public static (string Model, double Width) Parse(string name)
    {
        string[] parts = name.Split(':', 2);
        if (parts.Length == 1)
            return (name, 1);
        return
            parts[1].StartsWith(Width, StringComparison.Ordinal)
            && double.TryParse(parts[1][Width.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out double width)
            ? (parts[0], width)
            : (name, 1);
    }
}
