using System.Globalization;
using System.Text.Json.Serialization;
using Espalier.Lab.Design.Planning;
using Espalier.Matching;

namespace Espalier.Lab.Design;

/// <summary>
/// One way to find π, as a method of a grid beside the paper's: B's weights at epoch k under A's mask, moved by that π. Written as
/// <c>by=weights against=rewind of=pruned</c>; what is left out is as in the paper.
/// </summary>
[JsonConverter(typeof(MatchVariantConverter))]
public sealed record MatchVariant
{
    /// <summary>What is compared. Always written.</summary>
    public MatchedBy By { get; init; }

    /// <summary>Which B.</summary>
    public MatchedAgainst Against { get; init; }

    /// <summary>Which A.</summary>
    public MatchedOf Of { get; init; }

    /// <summary>
    /// Where an ascent begins; of <see cref="MatchedBy.Weights"/>, <see cref="MatchedBy.StraightThrough"/> and
    /// <see cref="MatchedBy.Saliency"/> only.
    /// </summary>
    public MatchStart Start { get; init; }

    /// <summary>
    /// What counts where a weight of A comes to lie on one of B; of <see cref="MatchedBy.Weights"/> and <see cref="MatchedBy.Combined"/>
    /// only.
    /// </summary>
    public WeightCriterion Criterion { get; init; }

    /// <summary>Whether every array counts the same; of <see cref="MatchedBy.Weights"/> only: a combination always does.</summary>
    public bool Normalize { get; init; }

    /// <summary>Ascents, of which the best counts; of <see cref="MatchedBy.Weights"/> and <see cref="MatchedBy.Combined"/> only.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>λ, what weights count against activations; of <see cref="MatchedBy.Combined"/> only.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>What the method of every variant begins with.</summary>
    public const string Prefix = "permuted ";

    /// <summary>That of the method <see cref="Methods.WeightMatched"/>.</summary>
    public static MatchVariant WeightMatched { get; } =
        new()
        {
            By = MatchedBy.Weights,
            Against = MatchedAgainst.Rewind,
            Of = MatchedOf.Pruned,
        };

    /// <summary>The cells' method: <c>permuted by=weights against=rewind</c>.</summary>
    public string Method => Prefix + this;

    /// <summary>Name of <see cref="By"/>, such as <c>straight-through</c>.</summary>
    public string Way => EnumNames.Of(By);

    /// <summary>Whether B is trained to T for it.</summary>
    public bool NeedsTrainedB => Against == MatchedAgainst.Trained;

    /// <summary>Options of weight matching.</summary>
    public WeightMatchingOptions Weights(long seed) =>
        new()
        {
            Criterion = Criterion,
            NormalizeArrays = Normalize || By == MatchedBy.Combined,
            Restarts = Restarts,
            Seed = seed,
        };

    /// <summary>The matcher, for networks that are at hand, and everything that decides of it, for hashes.</summary>
    /// <param name="activations">How activations are compared.</param>
    /// <param name="seed">Of the order of groups and batches.</param>
    public (IMatcher Matcher, object Options) Matcher(MatchingOptions activations, long seed)
    {
        switch (By)
        {
            case MatchedBy.Activations:
                return (new ActivationMatcher(activations), activations);
            case MatchedBy.Weights:
                return (new WeightMatcher(Weights(seed)), Weights(seed));
            case MatchedBy.Combined:
                // Activations are read at all taps of a group.
                var combined = new CombinedMatchingOptions
                {
                    Activations = activations with { Taps = TapChoice.Sum },
                    Weights = Weights(seed),
                    Lambda = Lambda,
                };
                return (new CombinedMatcher(combined), combined);
            case MatchedBy.Iterated:
                var iterated = new IteratedMatchingOptions { Activations = activations };
                return (new IteratedMatcher(iterated), iterated);
            case MatchedBy.Saliency:
                var saliency = new SaliencyMatchingOptions { Seed = seed };
                return (new SaliencyMatcher(saliency), saliency);
            default:
                var straight = new StraightThroughOptions { Seed = seed };
                return (new StraightThroughMatcher(straight), straight);
        }
    }

    /// <summary>Reads what <see cref="ToString"/> writes, in any order.</summary>
    /// <exception cref="InputException">A key or value is unknown, given twice, or means nothing here.</exception>
    public static MatchVariant Parse(string text)
    {
        var variant = new MatchVariant();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2);
            if (!s_keys.TryGetValue(pair[0], out Func<MatchVariant, string, MatchVariant>? set))
                throw Nearest.Unknown("option of a match", pair[0], s_keys.Keys);
            if (pair.Length < 2 || !seen.Add(pair[0]))
                throw new InputException(
                    $"The match '{text}' has {(pair.Length < 2 ? $"no value for {pair[0]}" : $"{pair[0]} twice")}; expected such as "
                        + $"by=weights against=rewind."
                );
            variant = set(variant, pair[1]);
        }
        if (!seen.Contains("by"))
            throw new InputException(
                $"The match '{text}' does not say by what; expected by={string.Join(", by=", EnumNames.All<MatchedBy>())}."
            );
        return variant.Validated(text);
    }

    /// <summary>Such as <c>by=weights against=rewind</c>: only what differs from the defaults, in a fixed order.</summary>
    public override string ToString()
    {
        var usual = new MatchVariant();
        (string Key, string Value, bool Said)[] all =
        [
            ("by", EnumNames.Of(By), true),
            ("against", EnumNames.Of(Against), Against != usual.Against),
            ("of", EnumNames.Of(Of), Of != usual.Of),
            ("start", EnumNames.Of(Start), Start != usual.Start),
            ("criterion", EnumNames.Of(Criterion), Criterion != usual.Criterion),
            ("normalize", "true", Normalize),
            ("restarts", Restarts.ToString(CultureInfo.InvariantCulture), Restarts != usual.Restarts),
            ("lambda", Lambda.ToString("R", CultureInfo.InvariantCulture), Lambda != usual.Lambda),
        ];
        return string.Join(' ', all.Where(pair => pair.Said).Select(pair => $"{pair.Key}={pair.Value}"));
    }

    private static readonly Dictionary<string, Func<MatchVariant, string, MatchVariant>> s_keys = new(StringComparer.Ordinal)
    {
        ["by"] = (v, text) => v with { By = EnumNames.Parse<MatchedBy>("value of by", text) },
        ["against"] = (v, text) => v with { Against = EnumNames.Parse<MatchedAgainst>("value of against", text) },
        ["of"] = (v, text) => v with { Of = EnumNames.Parse<MatchedOf>("value of of", text) },
        ["start"] = (v, text) => v with { Start = EnumNames.Parse<MatchStart>("value of start", text) },
        ["criterion"] = (v, text) => v with { Criterion = EnumNames.Parse<WeightCriterion>("value of criterion", text) },
        ["normalize"] = (v, text) =>
            v with
            {
                Normalize = text switch
                {
                    "true" => true,
                    "false" => false,
                    _ => throw new InputException($"normalize={text} is impossible; expected true or false."),
                },
            },
        ["restarts"] = (v, text) =>
            v with
            {
                Restarts =
                    PlainNumber.TryParse(text, out int count) && count is >= 1 and <= 1000
                        ? count
                        : throw new InputException($"restarts={text} is impossible; expected 1 to 1000."),
            },
        ["lambda"] = (v, text) =>
            v with
            {
                Lambda =
                    PlainNumber.TryParse(text, out double lambda) && lambda is >= 0 and < 1e9
                        ? lambda
                        : throw new InputException($"lambda={text} is impossible; expected at least 0."),
            },
    };

    private MatchVariant Validated(string text)
    {
        void Only(bool said, string key, params MatchedBy[] ways)
        {
            if (said && !ways.Contains(By))
                throw new InputException(
                    $"The match '{text}' has {key}, which means nothing by {EnumNames.Of(By)}; expected it by "
                        + $"{string.Join(" or ", ways.Select(EnumNames.Of))} only."
                );
        }
        var usual = new MatchVariant();
        Only(Start != usual.Start, "start", MatchedBy.Weights, MatchedBy.StraightThrough, MatchedBy.Saliency);
        Only(Normalize, "normalize", MatchedBy.Weights);
        Only(Criterion != usual.Criterion, "criterion", MatchedBy.Weights, MatchedBy.Combined);
        Only(Restarts != usual.Restarts, "restarts", MatchedBy.Weights, MatchedBy.Combined);
        Only(Lambda != usual.Lambda, "lambda", MatchedBy.Combined);
        return this;
    }
}
