using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Connectivity;
using Espalier.Matching;

namespace Espalier.Experiments.Plans;

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

    /// <summary>Where an ascent begins; of <see cref="MatchedBy.Weights"/> and <see cref="MatchedBy.StraightThrough"/> only.</summary>
    public MatchStart Start { get; init; }

    /// <summary>What counts where a weight of A comes to lie on one of B; of <see cref="MatchedBy.Weights"/> and <see cref="MatchedBy.Combined"/> only.</summary>
    public WeightCriterion Criterion { get; init; }

    /// <summary>Whether every array counts the same; of <see cref="MatchedBy.Weights"/> only: a combination always does.</summary>
    public bool Normalize { get; init; }

    /// <summary>Ascents, of which the best counts; of <see cref="MatchedBy.Weights"/> and <see cref="MatchedBy.Combined"/> only.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>λ, what weights count against activations; of <see cref="MatchedBy.Combined"/> only.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>The cells' method: <c>permuted by=weights against=rewind</c>.</summary>
    public string Method => $"permuted {this}";

    /// <summary>Name of <see cref="By"/>, such as <c>straight-through</c>.</summary>
    public string Way => Name(By);

    /// <summary>Whether B is trained to T for it.</summary>
    public bool NeedsTrainedB => Against == MatchedAgainst.Trained;

    private static IteratedMatchingOptions Iterated(MatchingOptions activations) => new() { Activations = activations };

    private static StraightThroughOptions StraightThrough(long seed) => new() { Seed = seed };

    /// <summary>Options of weight matching.</summary>
    public WeightMatchingOptions Weights(long seed) => new() { Criterion = Criterion, NormalizeArrays = Normalize || By == MatchedBy.Combined, Restarts = Restarts, Seed = seed };

    /// <summary>Activations are read at all taps of a group.</summary>
    private CombinedMatchingOptions Combined(MatchingOptions activations, long seed) => new() { Activations = activations with { Taps = TapChoice.Sum }, Weights = Weights(seed), Lambda = Lambda };

    /// <summary>The matcher, for networks that are at hand.</summary>
    /// <param name="activations">How activations are compared.</param>
    /// <param name="seed">Of the order of groups.</param>
    public IMatcher Matcher(MatchingOptions activations, long seed) => By switch
    {
        MatchedBy.Activations => new ActivationMatcher(activations),
        MatchedBy.Weights => new WeightMatcher(Weights(seed)),
        MatchedBy.Combined => new CombinedMatcher(Combined(activations, seed)),
        MatchedBy.Iterated => new IteratedMatcher(Iterated(activations)),
        _ => new StraightThroughMatcher(StraightThrough(seed)),
    };

    /// <summary>The options of <see cref="Matcher"/>, for hashes.</summary>
    public object MatcherOptions(MatchingOptions activations, long seed) => By switch
    {
        MatchedBy.Activations => activations,
        MatchedBy.Weights => Weights(seed),
        MatchedBy.Combined => Combined(activations, seed),
        MatchedBy.Iterated => Iterated(activations),
        _ => StraightThrough(seed),
    };

    /// <summary>Reads what <see cref="ToString"/> writes, in any order.</summary>
    /// <exception cref="InputException">A key or value is unknown, given twice, or means nothing here.</exception>
    public static MatchVariant Parse(string text)
    {
        var variant = new MatchVariant();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2);
            if (!s_keys.TryGetValue(pair[0], out Func<MatchVariant, string, MatchVariant>? set)) throw Nearest.Unknown("option of a match", pair[0], s_keys.Keys);
            if (pair.Length < 2 || !seen.Add(pair[0])) throw new InputException($"The match '{text}' has {(pair.Length < 2 ? $"no value for {pair[0]}" : $"{pair[0]} twice")}; expected such as by=weights against=rewind.");
            variant = set(variant, pair[1]);
        }
        if (!seen.Contains("by")) throw new InputException($"The match '{text}' does not say by what; expected by={string.Join(", by=", Names<MatchedBy>())}.");
        return variant.Validated(text);
    }

    /// <summary>Such as <c>by=weights against=rewind</c>: only what differs from the defaults, in a fixed order.</summary>
    public override string ToString()
    {
        var usual = new MatchVariant();
        (string Key, string Value, bool Said)[] all =
        [
            ("by", Name(By), true), ("against", Name(Against), Against != usual.Against), ("of", Name(Of), Of != usual.Of), ("start", Name(Start), Start != usual.Start), ("criterion", Name(Criterion), Criterion != usual.Criterion),
            ("normalize", "true", Normalize), ("restarts", Restarts.ToString(CultureInfo.InvariantCulture), Restarts != usual.Restarts), ("lambda", Lambda.ToString("R", CultureInfo.InvariantCulture), Lambda != usual.Lambda),
        ];
        return string.Join(' ', all.Where(pair => pair.Said).Select(pair => $"{pair.Key}={pair.Value}"));
    }

    private static readonly Dictionary<string, Func<MatchVariant, string, MatchVariant>> s_keys = new(StringComparer.Ordinal)
    {
        ["by"] = (v, text) => v with { By = Value<MatchedBy>("by", text) },
        ["against"] = (v, text) => v with { Against = Value<MatchedAgainst>("against", text) },
        ["of"] = (v, text) => v with { Of = Value<MatchedOf>("of", text) },
        ["start"] = (v, text) => v with { Start = Value<MatchStart>("start", text) },
        ["criterion"] = (v, text) => v with { Criterion = Value<WeightCriterion>("criterion", text) },
        ["normalize"] = (v, text) => v with { Normalize = text switch { "true" => true, "false" => false, _ => throw new InputException($"normalize={text} is impossible; expected true or false.") } },
        ["restarts"] = (v, text) => v with { Restarts = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= 1000 ? count : throw new InputException($"restarts={text} is impossible; expected 1 to 1000.") },
        ["lambda"] = (v, text) => v with { Lambda = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double lambda) && lambda is >= 0 and < 1e9 ? lambda : throw new InputException($"lambda={text} is impossible; expected at least 0.") },
    };

    private MatchVariant Validated(string text)
    {
        void Only(bool said, string key, params MatchedBy[] ways)
        {
            if (said && !ways.Contains(By)) throw new InputException($"The match '{text}' has {key}, which means nothing by {Name(By)}; expected it by {string.Join(" or ", ways.Select(Name))} only.");
        }
        var usual = new MatchVariant();
        Only(Start != usual.Start, "start", MatchedBy.Weights, MatchedBy.StraightThrough);
        Only(Normalize, "normalize", MatchedBy.Weights);
        Only(Criterion != usual.Criterion, "criterion", MatchedBy.Weights, MatchedBy.Combined);
        Only(Restarts != usual.Restarts, "restarts", MatchedBy.Weights, MatchedBy.Combined);
        Only(Lambda != usual.Lambda, "lambda", MatchedBy.Combined);
        return this;
    }

    private static T Value<T>(string key, string text) where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => Name(value) == text).Select(value => (T?)value).FirstOrDefault() ?? throw Nearest.Unknown($"value of {key}", text, Names<T>());

    private static IEnumerable<string> Names<T>() where T : struct, Enum => Enum.GetValues<T>().Select(value => Name(value));

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
