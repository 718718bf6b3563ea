using System.Globalization;
using Espalier.Matching;
using Espalier.Pruning;

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
            Meaning =
                $"{StartOf(way.TicketStart)}, m moved by a permutation found {way with { TicketStart = TicketStart.Own }}; "
                + $"{(way.How.Untied ? $"{NoSymmetry}; " : "")}in files '{way.Method}'",
            Role = way.TicketStart switch
            {
                TicketStart.Magnitudes or TicketStart.RandomSigns => MethodRole.Control,
                TicketStart.Copied => MethodRole.UpperBound,
                _ => MethodRole.BeyondThePaper,
            },
            TicketStart = way.TicketStart,
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
            ("sorted", how.Start == MatchStart.Sorted),
            (EnumNames.Of(how.Criterion), how.Criterion != usual.Criterion),
            ("normalized", how.Normalize),
            (restarts, how.Restarts != usual.Restarts),
            (lambda, how.Lambda != usual.Lambda),
            ("untied", how.Untied),
        ];
        string start = way.TicketStart switch
        {
            TicketStart.Own => "matched",
            TicketStart.Signed => "signed",
            TicketStart.Magnitudes => "A-sized",
            TicketStart.RandomSigns => "random",
            _ => "copied",
        };
        return $"{start} ({string.Join(", ", parts.Where(part => part.Said).Select(part => part.Text))})";
    }

    private static string StartOf(TicketStart start) =>
        start switch
        {
            TicketStart.Own => "B's weights at epoch k",
            TicketStart.Signed => "B's magnitudes at epoch k with the signs of A's pruned weights",
            TicketStart.Magnitudes => "magnitudes of A's pruned weights with B's signs at epoch k",
            TicketStart.RandomSigns => "B's magnitudes at epoch k with random signs",
            _ => "A's pruned weights",
        };

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
