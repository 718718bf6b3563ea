using System.Globalization;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;

namespace Espalier.Lab.Findings;

/// <summary>
/// Methods as legends and heads of tables call them: short, and no two alike. A way to find π that has no name of its own is called by what
/// it looks at,
/// <c>matched (weights, B@k, pruned)</c>: what is compared, with B at which epoch, and what else is not as in the paper.
/// </summary>
public static class MethodLabel
{
    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        ["lth"] = "LTH",
        ["imp"] = "IMP",
        ["snip"] = "SNIP",
        ["syn-flow"] = "SynFlow",
        ["set"] = "SET",
        ["rigl"] = "RigL",
        ["rigl-uniform"] = "RigL-uniform",
        ["gmp"] = "GMP",
    };

    /// <summary>Of a method's name in results; one that is not known is its own label.</summary>
    public static string Of(string method) =>
        s_names.TryGetValue(method, out string? name) ? name
        : VariantOf(method) is { } variant ? Of(variant)
        : method;

    /// <summary>Of a way to find π.</summary>
    public static string Of(MatchVariant variant)
    {
        var usual = new MatchVariant();
        string epoch = variant.Against switch
        {
            MatchedAgainst.Trained => "B@T",
            MatchedAgainst.Rewind => "B@k",
            _ => "B@0",
        };
        string restarts = string.Create(CultureInfo.InvariantCulture, $"×{variant.Restarts}"),
            lambda = string.Create(CultureInfo.InvariantCulture, $"λ {variant.Lambda}");
        (string Text, bool Said)[] parts =
        [
            (EnumNames.Of(variant.By), true),
            (epoch, true),
            ("pruned", variant.Of == MatchedOf.Pruned),
            ("refined", variant.Start == MatchStart.Activations),
            (EnumNames.Of(variant.Criterion), variant.Criterion != usual.Criterion),
            ("normalized", variant.Normalize),
            (restarts, variant.Restarts != usual.Restarts),
            (lambda, variant.Lambda != usual.Lambda),
        ];
        return $"matched ({string.Join(", ", parts.Where(part => part.Said).Select(part => part.Text))})";
    }

    private static MatchVariant? VariantOf(string method)
    {
        if (!method.StartsWith(MatchVariant.Prefix, StringComparison.Ordinal))
            return null;
        try
        {
            return MatchVariant.Parse(method[MatchVariant.Prefix.Length..]);
        }
        catch (InputException)
        {
            return null; // results of another version: its own name
        }
    }
}
