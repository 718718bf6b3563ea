namespace Espalier.Matching;

/// <summary>Texts of pairs such as <c>by=weights start=activations</c>, of which each pair sets something once.</summary>
internal static class MatchText
{
    /// <summary>Reads the pairs, in any order.</summary>
    /// <param name="text">As given.</param>
    /// <param name="usual">What a text without pairs would mean.</param>
    /// <param name="keys">What each key sets, in the order in which messages name them.</param>
    /// <param name="example">Of such a text.</param>
    /// <exception cref="InputException">A key is unknown, given twice or without a value, or there is no <c>by</c>.</exception>
    public static T Read<T>(string text, T usual, IReadOnlyDictionary<string, Func<T, string, T>> keys, string example)
    {
        T read = usual;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2);
            if (!keys.TryGetValue(pair[0], out Func<T, string, T>? set))
                throw Nearest.Unknown("option of a match", pair[0], keys.Keys);
            if (pair.Length < 2 || !seen.Add(pair[0]))
                throw new InputException(
                    $"The match '{text}' has {(pair.Length < 2 ? $"no value for {pair[0]}" : $"{pair[0]} twice")}; expected such as "
                        + $"{example}."
                );
            read = set(read, pair[1]);
        }
        if (!seen.Contains("by"))
            throw new InputException(
                $"The match '{text}' does not say by what; expected by={string.Join(", by=", MatchWays.All.Select(way => way.Name))}."
            );
        return read;
    }

    /// <summary>Writes pairs.</summary>
    public static string Write(IEnumerable<(string Key, string Value)> pairs) =>
        string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}"));
}
