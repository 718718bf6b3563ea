using System.Globalization;
using Espalier.Matching;

namespace Espalier.Lab.Design;

/// <content>Other ways to find π, each a method.</content>
public static partial class Methods
{
    /// <summary>A way to find π as a method: B's weights at epoch k, A's mask moved by that π.</summary>
    public static Method Of(MatchVariant way) =>
        new()
        {
            Name = way.Method,
            Label = LabelOf(way),
            Meaning = $"B's weights at epoch k, m moved by a permutation found {way}; in files '{way.Method}'",
            Role = MethodRole.BeyondThePaper,
            Mask = point => point.Moved(way),
            ReadsOfB = way.Against switch
            {
                MatchedAgainst.Trained => ReadOfB.End,
                MatchedAgainst.Init => ReadOfB.Initialization,
                _ => ReadOfB.Start,
            },
            MovesMask = true,
            IsSpelledOut = true,
        };

    /// <summary>
    /// A way to find π that has no name of its own is called by what it looks at, <c>matched (weights, B@k, pruned)</c>: what is compared,
    /// with B at which epoch, and what else is not as in the paper. No two are alike.
    /// </summary>
    public static string LabelOf(MatchVariant way)
    {
        MatchSpecification how = way.How,
            usual = new();
        string epoch = way.Against switch
        {
            MatchedAgainst.Trained => "B@T",
            MatchedAgainst.Rewind => "B@k",
            _ => "B@0",
        };
        string restarts = string.Create(CultureInfo.InvariantCulture, $"×{how.Restarts}"),
            lambda = string.Create(CultureInfo.InvariantCulture, $"λ {how.Lambda}");
        (string Text, bool Said)[] parts =
        [
            (how.By.Name, true),
            (epoch, true),
            ("pruned", way.Of == MatchedOf.Pruned),
            ("refined", how.Start == MatchStart.Activations),
            (EnumNames.Of(how.Criterion), how.Criterion != usual.Criterion),
            ("normalized", how.Normalize),
            (restarts, how.Restarts != usual.Restarts),
            (lambda, how.Lambda != usual.Lambda),
        ];
        return $"matched ({string.Join(", ", parts.Where(part => part.Said).Select(part => part.Text))})";
    }

    private static Method? VariantOf(string name)
    {
        if (!name.StartsWith(MatchVariant.Prefix, StringComparison.Ordinal))
            return null;
        try
        {
            return Of(MatchVariant.Parse(name[MatchVariant.Prefix.Length..]));
        }
        catch (InputException)
        {
            return null; // results of another version: nothing known
        }
    }
}
