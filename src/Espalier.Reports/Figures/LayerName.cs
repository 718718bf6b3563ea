namespace Espalier.Reports.Figures;

/// <summary>What figures call a layer.</summary>
internal static class LayerName
{
    private const string Weight = ".weight";

    /// <summary>The name of its weight array without what all such arrays' names end in.</summary>
    public static string Short(string array) => array.EndsWith(Weight, StringComparison.Ordinal) ? array[..^Weight.Length] : array;
}
