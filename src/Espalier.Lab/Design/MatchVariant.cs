using System.Text.Json.Serialization;
using Espalier.Matching;
using Espalier.Pruning;

namespace Espalier.Lab.Design;

/// <summary>
/// One way to find π, as a method of a grid beside the paper's: B's weights at epoch k under A's mask, moved by that π. Written as
/// <c>by=weights against=rewind of=pruned</c>: the text of <see cref="How"/>, and which networks it compares; what is left out is as in the
/// paper.
/// </summary>
[JsonConverter(typeof(MatchVariantConverter))]
public sealed record MatchVariant
{
    /// <summary>How; how activations are compared and the seed are the recipe's and the run's.</summary>
    public MatchSpecification How { get; init; } = new();

    /// <summary>Which B.</summary>
    public MatchedAgainst Against { get; init; }

    /// <summary>Which A.</summary>
    public MatchedOf Of { get; init; }

    /// <summary>What B's kept weights are made of; written as <c>signed=true</c>, or <c>ticket=copied</c>.</summary>
    public TicketStart TicketStart { get; init; }

    /// <summary>What the method of every variant begins with.</summary>
    public const string Prefix = "permuted ";

    /// <summary>That of the method <see cref="Methods.WeightMatched"/>.</summary>
    public static MatchVariant WeightMatched { get; } =
        new()
        {
            How = new() { By = MatchWays.Weights },
            Against = MatchedAgainst.Rewind,
            Of = MatchedOf.Pruned,
        };

    /// <summary>The cells' method: <c>permuted by=weights against=rewind</c>.</summary>
    public string Method => Prefix + this;

    /// <summary>Reads what <see cref="ToString"/> writes, in any order.</summary>
    /// <exception cref="InputException">A key or value is unknown, given twice, or means nothing here.</exception>
    public static MatchVariant Parse(string text)
    {
        MatchVariant variant = MatchText.Read(text, new MatchVariant(), s_keys, "by=weights against=rewind");
        variant.How.MustMean(text);
        return variant;
    }

    /// <summary>Such as <c>by=weights against=rewind</c>: only what differs from the defaults, in a fixed order.</summary>
    public override string ToString()
    {
        var usual = new MatchVariant();
        (string Key, string Value)[] how = [.. How.Said],
            against = Against == usual.Against ? [] : [("against", EnumNames.Of(Against))],
            of = Of == usual.Of ? [] : [("of", EnumNames.Of(Of))],
            ticket = TicketStart switch
            {
                TicketStart.Own => [],
                TicketStart.Signed => [("signed", "true")],
                _ => [("ticket", EnumNames.Of(TicketStart))],
            };
        return MatchText.Write([how[0], .. against, .. of, .. how[1..], .. ticket]);
    }

    private static readonly Dictionary<string, Func<MatchVariant, string, MatchVariant>> s_keys = Keys();

    private static Dictionary<string, Func<MatchVariant, string, MatchVariant>> Keys()
    {
        KeyValuePair<string, Func<MatchVariant, string, MatchVariant>>[] how =
        [
            .. MatchSpecification.Keys.Select(pair =>
                KeyValuePair.Create<string, Func<MatchVariant, string, MatchVariant>>(
                    pair.Key,
                    (v, text) => v with { How = pair.Value(v.How, text) }
                )
            ),
        ];
        return new(
            [
                how[0],
                new("against", (v, text) => v with { Against = EnumNames.Parse<MatchedAgainst>("value of against", text) }),
                new("of", (v, text) => v with { Of = EnumNames.Parse<MatchedOf>("value of of", text) }),
                .. how[1..],
                new("signed", (v, text) => Starting(v, text == "true" ? TicketStart.Signed : Unsigned(text))),
                new("ticket", (v, text) => Starting(v, EnumNames.Parse<TicketStart>("value of ticket", text))),
            ],
            StringComparer.Ordinal
        );
    }

    private static TicketStart Unsigned(string text) =>
        text == "false" ? TicketStart.Own : throw new InputException($"signed={text} is impossible; expected true or false.");

    private static MatchVariant Starting(MatchVariant so, TicketStart start) =>
        start == TicketStart.Own || so.TicketStart == start ? so
        : so.TicketStart == TicketStart.Own ? so with { TicketStart = start }
        : throw new InputException(
            $"A match has ticket={EnumNames.Of(so.TicketStart)} and ticket={EnumNames.Of(start)}; expected one of them."
        );
}
