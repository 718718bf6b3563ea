using System.Globalization;

namespace Espalier.Matching;

/// <content>Its text.</content>
public sealed partial record MatchSpecification
{
    /// <summary>What each key of a text sets, in the order in which they are written.</summary>
    internal static IReadOnlyDictionary<string, Func<MatchSpecification, string, MatchSpecification>> Keys { get; } =
        new Dictionary<string, Func<MatchSpecification, string, MatchSpecification>>(StringComparer.Ordinal)
        {
            ["by"] = (how, text) => how with { By = MatchWays.Of(text) },
            ["start"] = (how, text) => how with { Start = EnumNames.Parse<MatchStart>("value of start", text) },
            ["criterion"] = (how, text) => how with { Criterion = EnumNames.Parse<WeightCriterion>("value of criterion", text) },
            ["normalize"] = (how, text) => how with { Normalize = Truth("normalize", text) },
            ["restarts"] = (how, text) =>
                how with
                {
                    Restarts =
                        PlainNumber.TryParse(text, out int count) && count is >= 1 and <= 1000
                            ? count
                            : throw new InputException($"restarts={text} is impossible; expected 1 to 1000."),
                },
            ["lambda"] = (how, text) =>
                how with
                {
                    Lambda =
                        PlainNumber.TryParse(text, out double lambda) && lambda is >= 0 and < 1e9
                            ? lambda
                            : throw new InputException($"lambda={text} is impossible; expected at least 0."),
                },
            ["untied"] = (how, text) => how with { Untied = Truth("untied", text) },
        };

    private static bool Truth(string key, string text) =>
        text switch
        {
            "true" => true,
            "false" => false,
            _ => throw new InputException($"{key}={text} is impossible; expected true or false."),
        };

    /// <summary>What it says: by what, and what differs from the defaults.</summary>
    internal IEnumerable<(string Key, string Value)> Said
    {
        get
        {
            var usual = new MatchSpecification();
            (string Key, string Value, bool IsSaid)[] all =
            [
                ("by", By.Name, true),
                ("start", EnumNames.Of(Start), Start != usual.Start),
                ("criterion", EnumNames.Of(Criterion), Criterion != usual.Criterion),
                ("normalize", "true", Normalize),
                ("restarts", Restarts.ToString(CultureInfo.InvariantCulture), Restarts != usual.Restarts),
                ("lambda", Lambda.ToString("R", CultureInfo.InvariantCulture), Lambda != usual.Lambda),
                ("untied", "true", Untied),
            ];
            return all.Where(pair => pair.IsSaid).Select(pair => (pair.Key, pair.Value));
        }
    }

    /// <summary>Refuses what means nothing by this way.</summary>
    /// <param name="text">That it was read from.</param>
    /// <exception cref="InputException">Something is said that the way does not read.</exception>
    internal MatchSpecification MustMean(string text)
    {
        foreach ((string key, _) in Said.Skip(1))
            if (!By.Reads.Contains(key))
                throw new InputException(
                    $"The match '{text}' has {key}, which means nothing by {By}; expected it by "
                        + $"{string.Join(" or ", MatchWays.All.Where(way => way.Reads.Contains(key)))} only."
                );
        return Start != MatchStart.Sorted || By == MatchWays.Weights
            ? this
            : throw new InputException($"The match '{text}' has start=sorted, which means nothing by {By}; expected it by weights only.");
    }
}
