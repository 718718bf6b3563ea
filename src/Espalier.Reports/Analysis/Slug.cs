namespace Espalier.Reports.Analysis;

/// <summary>Names fit for files and anchors.</summary>
internal static class Slug
{
    /// <summary>Lower-case letters, digits and hyphens: <c>resnet20:width=4</c> is <c>resnet20-width-4</c>.</summary>
    public static string Of(string text) =>
        string.Join(
            '-',
            new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')]).Split(
                '-',
                StringSplitOptions.RemoveEmptyEntries
            )
        )
            is { Length: > 0 } slug
            ? slug
            : "network";

    /// <summary>One for each of some names; those that would share one are numbered.</summary>
    public static Dictionary<string, string> Distinct(IEnumerable<string> names)
    {
        var slugs = new Dictionary<string, string>();
        foreach (string name in names.Distinct())
        {
            string slug = Of(name),
                free = slug;
            for (int i = 2; slugs.ContainsValue(free); i++)
                free = Numbers.Invariant($"{slug}-{i}");
            slugs[name] = free;
        }
        return slugs;
    }
}
