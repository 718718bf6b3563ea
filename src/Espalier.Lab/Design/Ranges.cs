namespace Espalier.Lab.Design;

/// <summary>Lists of whole numbers as people write them: <c>0-2,5</c>.</summary>
public static class Ranges
{
    private const int Longest = 10_000;

    /// <summary>The numbers, in the order given.</summary>
    /// <param name="text">Numbers and ranges, separated by commas.</param>
    /// <param name="what">What they are, for messages.</param>
    /// <exception cref="InputException">Something in it is neither.</exception>
    public static IReadOnlyList<long> Parse(string text, string what)
    {
        var numbers = new List<long>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int dash = part.IndexOf('-', Math.Min(1, part.Length)); // a leading sign is no range
            if (
                !PlainNumber.TryParse(dash < 0 ? part : part[..dash], out long first)
                || !PlainNumber.TryParse(dash < 0 ? part : part[(dash + 1)..], out long last)
                || last < first
                || last - first >= Longest
            )
                throw new InputException($"'{part}' in {what} '{text}' is neither a whole number nor a range; expected such as 0-2,5.");
            for (long number = first; number <= last; number++)
                numbers.Add(number);
        }
        return numbers;
    }
}
