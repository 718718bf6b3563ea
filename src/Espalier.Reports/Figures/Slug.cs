namespace Espalier.Reports.Figures;

/// <summary>Names fit for files and anchors.</summary>
internal static class Slug
{
    /// <summary>Lower-case letters, digits and hyphens: <c>resnet20:width=4</c> is <c>resnet20-width-4</c>.</summary>
    public static string Of(string text) =>
        string.Join('-', new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')]).Split('-', StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } slug ? slug : "network";
}
