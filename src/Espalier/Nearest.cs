namespace Espalier;

/// <summary>Finds what the user may have meant by a name that is not known.</summary>
public static class Nearest
{
    private const int Listed = 24;

    /// <summary>
    /// The known name with the smallest edit distance (Levenshtein, case ignored), the first of them if several are equally near.
    /// </summary>
    /// <param name="given">What the user wrote.</param>
    /// <param name="known">Every name that would have been accepted.</param>
    /// <returns>
    /// The nearest name, or null where nothing is near enough to be a slip of the finger (more than half of the letters differ).
    /// </returns>
    public static string? Suggest(string given, IEnumerable<string> known)
    {
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string name in known)
        {
            int distance = Distance(given, name);
            if (distance >= bestDistance || 2 * distance > Math.Max(given.Length, name.Length))
                continue;
            best = name;
            bestDistance = distance;
        }
        return best;
    }

    /// <summary>A sentence about a name that is not known: what it is, the nearest name if there is one, and all names.</summary>
    /// <param name="kind">What is named, such as <c>data set</c>.</param>
    /// <param name="given">What the user wrote.</param>
    /// <param name="known">Every name that would have been accepted.</param>
    public static InputException Unknown(string kind, string given, IEnumerable<string> known)
    {
        string[] names = [.. known];
        string? nearest = Suggest(given, names);
        string meant = nearest is null ? "" : $"; did you mean '{nearest}'?";
        string more = names.Length > Listed ? $" and {names.Length - Listed} more" : "";
        return new InputException($"There is no {kind} '{given}'{meant} (known: {string.Join(", ", names.Take(Listed))}{more}).");
    }

    private static int Distance(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int replaced = diagonal + (char.ToLowerInvariant(a[i]) == char.ToLowerInvariant(b[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], row[j + 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
